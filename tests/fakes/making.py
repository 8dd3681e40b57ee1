"""Units, and facts about them, made without a source, a worker or a store."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from bench import OFFERS

from mmhub import Column, Recipe, Step
from mmhub.binding.bind import bind
from mmhub.binding.bound import Bindings, Bound
from mmhub.blocks import Blocks
from mmhub.facts import Facts, Known, known, subjects
from mmhub.faults import Fault
from mmhub.records import Records, as_block, schema
from mmhub.units import Items, Units

COUNT = 12


def sha256(content: str) -> np.ndarray:
    return np.frombuffer(hashlib.sha256(content.encode()).digest(), dtype=np.uint8)


def bindings_of(*steps: Step, many: bool = False) -> Bindings:
    return bind(Recipe(name="notes", fields={"note": Column(modality="note", many=many)}, steps=steps), OFFERS)


def units_of(row_ids: Sequence[str], contents: Mapping[str, str] | None = None, **columns: Any) -> Units:
    """Return a unit for each id, in this order, with one note whose bytes are ``contents`` or the id itself."""
    count = len(row_ids)
    keys = [sha256((contents or {}).get(row_id, row_id)) for row_id in row_ids]
    items = Items(
        rows=np.arange(count, dtype=np.int64),
        keys=np.stack(keys) if count else np.zeros((0, 32), np.uint8),
        known=np.ones(count, bool),
        paths=pa.array(row_ids, pa.large_string()),
    )
    plain = {name: pa.array([values[row_id] for row_id in row_ids]) for name, values in columns.items()}
    ids = pa.array(row_ids, pa.large_string())
    splits = pa.array(["train"] * count, pa.large_string())
    return Units(ids=ids, splits=splits, items={"note": items}, plain=plain)


def facts_of(bindings: Bindings, units: Units, found: Mapping[str, Mapping[str, Any]]) -> Facts:
    """Return facts by step: ``found`` holds, by step and row id, a fact or a Fault; what it lacks is not known."""
    return {bound.name: _known(bound, units, found.get(bound.step, {})) for bound in bindings.bound}


def _known(bound: Bound, units: Units, found: Mapping[str, Any]) -> Known:
    kind = schema(bound, dim=2, textual=False)
    records = Records(kind)
    for row, row_id in enumerate(units.ids.to_pylist()):
        if row_id in found or (bound.kind == "decode" and not found):
            answer = found.get(row_id, ())
            records.add(row, units.items["note"].keys[row].tobytes(), answer if _is_whole(answer) else (answer,))
    blocks = Blocks(Path("nowhere"))
    blocks.__dict__["tables"] = [as_block(pa.chunked_array([records.column(len(units))]), kind)]
    return known(subjects(bound, units), blocks)


def _is_whole(answer: Any) -> bool:
    return isinstance(answer, Fault | tuple)
