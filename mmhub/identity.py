"""What makes two builds the same dataset, as one hash."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.contents import Contents
from mmhub.decide.fates import Fates
from mmhub.units import Units


def rows_digest(units: Units, contents: Mapping[str, Contents], fates: Fates) -> str:
    """Return the sha256 over (row_id, split, contents, fate and reason) of every unit, whatever their order."""
    order = pc.sort_indices(units.ids)
    whole = hashlib.sha256()
    verdicts = [f"{each.fate}:{each.reason}" for each in fates.verdicts]
    for column in (units.ids, units.splits, pa.array(verdicts).take(pa.array(fates.codes)), *units.plain.values()):
        whole.update(_bytes(column.take(order)))
    place = np.empty(len(units), dtype=np.int64)
    place[np.asarray(order)] = np.arange(len(units))
    for name, held in contents.items():
        rows = place[units.items[name].rows]
        in_order = np.argsort(rows, kind="stable")
        whole.update(name.encode() + rows[in_order].tobytes() + held.keys[in_order].tobytes())
    return whole.hexdigest()


def identity(schema: Mapping[str, Any], recipe: Mapping[str, Any], rows: str) -> str:
    """Return the identity of a dataset from its schema, its resolved recipe and the digest of its rows."""
    parts = {"schema": schema, "recipe": recipe, "rows": rows}
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _bytes(column: pa.Array) -> bytes:
    """Return a column as bytes that depend on its values alone."""
    sink = pa.BufferOutputStream()
    table = pa.table({"column": pa.concat_arrays([column])})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
