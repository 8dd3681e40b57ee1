"""The ledger: the fate of every unit, the reason, and every fact that is known of it."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.binding.bound import Bindings
from mmhub.columns import FactColumns
from mmhub.contents import per_unit
from mmhub.decide.fates import Fates
from mmhub.dtypes import ARROW
from mmhub.units import Units

CLUSTER = "cluster:"
"""How the columns begin that say which unit one repeats."""
CUT_KEY = "segments:key"
"""The column that says of a row that was cut under what its segments are known."""
BETTER = ".better"
"""How the columns end that say which row a value fits better than its own."""
_VERDICT = ("fate", "reason", "step", "field", "fact", "at_least", "at_most")


def ledger(
    bindings: Bindings,
    units: Units,
    fates: Fates,
    columns: FactColumns,
    repairs: Iterable[tuple[str, np.ndarray]],
    *,
    parents: Mapping[str, int],
    digests: Mapping[str, Mapping[str, str]],
    spans: Mapping[str, tuple[int, int]],
    cut_keys: Mapping[str, bytes],
) -> pa.Table:
    """Return a row per unit, then one per row that was cut into units, whose fate is ``segmented``.

    ``parents`` holds the number of units of each such row, ``digests`` by field the sha256 of the values that were cut,
    ``cut_keys`` under what their segments are known, and ``spans`` where each segment lay in its row, in ns or
    characters: ``start`` and ``end``.

    ``row_id``, ``split``, the verdict (fate, reason, step, field, fact and its bounds), ``message``, ``repaired``
    (the steps that repaired a value), ``cluster:<step>.<reason>`` for every rule on duplicates (the id of the row
    that is kept, for it and for all that repeat it, and for no others), ``<field>.sha256`` of what was read, and
    ``<step>.<fact>`` for every fact.
    """
    count = len(units)
    table: dict[str, pa.Array] = {"row_id": units.ids.cast(pa.string()), "split": units.splits.cast(pa.string())}
    codes = pa.array(fates.codes)
    for name in _VERDICT:
        kind = pa.float64() if name in ("at_least", "at_most") else pa.string()
        table[name] = pa.array([getattr(each, name) for each in fates.verdicts], kind).take(codes)
    table["message"] = _sparse(fates.messages, count)
    table["repaired"] = _steps(repairs, count)
    for name, originals in fates.clusters.items():
        table[f"{CLUSTER}{name}"] = units.ids.cast(pa.string()).take(pa.array(originals, mask=originals < 0))
    for name, items in units.items.items():
        many = bindings.columns[name].many
        keys = pc.if_else(pa.array(items.known), _hexadecimal(items.keys), None)
        table[f"{name}.sha256"] = per_unit(keys.cast(pa.string()), items.rows, count, many=many)
    for bound in bindings.bound:
        many = bindings.has_lists(bound)
        for fact in (each for each in (*bound.facts, *bound.scores) if each.dtype != "minhash"):
            values, rows = columns(bound, fact.name)
            table[f"{bound.name}.{fact.name}"] = per_unit(values.cast(ARROW[fact.dtype]), rows, count, many=many)
            if bound.impute:
                made_up = np.isin(np.arange(count), columns.imputed(bound, fact.name)[0])
                table[f"{bound.name}.{fact.name}.imputed"] = pa.array(made_up)
    if bindings.segment is not None:
        held = [spans.get(each, (None, None)) for each in units.ids.to_pylist()]
        for place, name in enumerate(("start", "end")):
            table[name] = pa.array([each[place] for each in held], pa.int64())
    whole = pa.table(table)
    if not parents:
        return whole
    cut = {
        "row_id": pa.array(list(parents), pa.string()),
        "fate": pa.array(["segmented"] * len(parents), pa.string()),
        "reason": pa.array([""] * len(parents), pa.string()),
        "message": pa.array([f"into {count} units" for count in parents.values()], pa.string()),
        CUT_KEY: pa.array([cut_keys[row_id].hex() for row_id in parents], pa.string()),
    }
    for field in {name: None for held in digests.values() for name in held}:
        kind = whole.schema.field(f"{field}.sha256").type
        wholes: list[Any] = [digests[row_id].get(field) for row_id in parents]
        cut[f"{field}.sha256"] = pa.array([[each] for each in wholes] if pa.types.is_list(kind) else wholes, kind)
    return pa.concat_tables([whole, pa.table(cut)], promote_options="default")


def _hexadecimal(keys: np.ndarray) -> pa.Array:
    """Return digests uint8[n, 32] as texts of 64 digits."""
    offsets = pa.array(np.arange(0, 64 * len(keys) + 1, 64), pa.int64()).buffers()[1]
    digits = pa.py_buffer(keys.tobytes().hex().encode())
    return pa.LargeStringArray.from_buffers(len(keys), offsets, digits)


def _sparse(messages: dict[int, str], count: int) -> pa.Array:
    values: list[str | None] = [None] * count
    for unit, message in messages.items():
        values[unit] = message or None
    return pa.array(values, pa.string())


def _steps(repairs: Iterable[tuple[str, np.ndarray]], count: int) -> pa.Array:
    """Return the steps that repaired each unit, as lists."""
    rows, names = [np.zeros(0, np.int64)], []
    for step, units in repairs:
        rows.append(units)
        names += [step] * len(units)
    flat = np.concatenate(rows)
    order = np.argsort(flat, kind="stable")
    return per_unit(pa.array(names, pa.string()).take(pa.array(order)), flat[order], count, many=True)
