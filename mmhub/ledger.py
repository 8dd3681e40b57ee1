"""The ledger: the fate of every unit, the reason, and every fact that is known of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
AT_ONCE = 1 << 13
"""Rows made at a time, so that the memory it takes does not grow with them."""
_VERDICT = ("fate", "reason", "step", "field", "fact", "at_least", "at_most")


@dataclass(frozen=True)
class Ledger:
    """What became of all units, and of the rows that were cut into several of them.

    ``repairs`` are the steps that repaired values, and the units of each. ``parents`` holds the number of units of each
    row that was cut, ``digests`` by field the sha256 of the values that were cut, ``cut_keys`` under what their
    segments are known, and ``spans`` where each segment lay in its row, in ns or characters: ``start`` and ``end``.
    """

    bindings: Bindings
    units: Units
    fates: Fates
    columns: FactColumns
    repairs: Sequence[tuple[str, np.ndarray]]
    parents: Mapping[str, int]
    digests: Mapping[str, Mapping[str, str]]
    spans: Mapping[str, tuple[int, int]]
    cut_keys: Mapping[str, bytes]

    def pieces(self) -> Iterator[pa.Table]:
        """Yield a row per unit, then one per row that was cut into units, whose fate is ``segmented``; never many.

        ``row_id``, ``split``, the verdict (fate, reason, step, field, fact and its bounds), ``message``, ``repaired``
        (the steps that repaired a value), ``cluster:<step>.<reason>`` for every rule on duplicates (the id of the row
        that is kept, for it and for all that repeat it, and for no others), ``<field>.sha256`` of what was read, and
        ``<step>.<fact>`` for every fact.
        """
        count = len(self.units)
        cut = self._cut() if self.parents else pa.table({})
        piece = cut
        for start in range(0, max(1, count), AT_ONCE):
            piece = pa.table(self._piece(start, min(count, start + AT_ONCE)))
            yield pa.concat_tables([piece, cut.slice(0, 0)], promote_options="default").combine_chunks()
        for start in range(0, len(cut), AT_ONCE):
            rows = pa.concat_tables([piece.slice(0, 0), cut.slice(start, AT_ONCE)], promote_options="default")
            yield rows.combine_chunks()

    def _piece(self, start: int, end: int) -> dict[str, pa.Array]:
        """Return the columns of the units from ``start`` to ``end``."""
        ids = self.units.ids.slice(start, end - start)
        splits = self.units.splits.slice(start, end - start)
        columns = {"row_id": ids.cast(pa.string()), "split": splits.cast(pa.string())}
        columns |= self._fates(start, end) | self._keys(start, end) | self._facts(start, end)
        if self.bindings.segment is not None:
            held = [self.spans.get(each, (None, None)) for each in ids.to_pylist()]
            for place, name in enumerate(("start", "end")):
                columns[name] = pa.array([each[place] for each in held], pa.int64())
        return columns

    def _fates(self, start: int, end: int) -> dict[str, pa.Array]:
        """Return what became of units, why, what repaired them, and which they repeat."""
        codes = pa.array(self.fates.codes[start:end])
        columns = {}
        for name in _VERDICT:
            kind = pa.float64() if name in ("at_least", "at_most") else pa.string()
            columns[name] = pa.array([getattr(each, name) for each in self.fates.verdicts], kind).take(codes)
        messages = self.fates.messages
        columns["message"] = pa.array([messages.get(unit) or None for unit in range(start, end)], pa.string())
        columns["repaired"] = _steps(self.repairs, start, end)
        for name, originals in self.fates.clusters.items():
            these = originals[start:end]
            ids = self.units.ids.take(pa.array(these, mask=these < 0))
            columns[f"{CLUSTER}{name}"] = ids.cast(pa.string())
        return columns

    def _keys(self, start: int, end: int) -> dict[str, pa.Array]:
        """Return the sha256 of the values of units as they were read."""
        columns = {}
        for name, items in self.units.items.items():
            these = slice(*np.searchsorted(items.rows, (start, end)).tolist())
            keys = pc.if_else(pa.array(items.known[these]), _hexadecimal(items.keys[these]), None)
            columns[f"{name}.sha256"] = per_unit(
                keys.cast(pa.string()), items.rows[these] - start, end - start, many=self.bindings.columns[name].many
            )
        return columns

    def _facts(self, start: int, end: int) -> dict[str, pa.Array]:
        """Return every fact that is known of units."""
        columns = {}
        for bound in self.bindings.bound:
            many = self.bindings.has_lists(bound)
            for fact in (each for each in (*bound.facts, *bound.scores) if each.dtype != "minhash"):
                values, rows = self.columns.within(bound, fact.name, start, end)
                name = f"{bound.name}.{fact.name}"
                columns[name] = per_unit(values.cast(ARROW[fact.dtype]), rows - start, end - start, many=many)
                if bound.impute:
                    made_up = np.isin(np.arange(start, end), self.columns.imputed(bound, fact.name)[0])
                    columns[f"{name}.imputed"] = pa.array(made_up)
        return columns

    def _cut(self) -> pa.Table:
        """Return the rows that were cut into units."""
        parents = self.parents
        cut = {
            "row_id": pa.array(list(parents), pa.string()),
            "fate": pa.array(["segmented"] * len(parents), pa.string()),
            "reason": pa.array([""] * len(parents), pa.string()),
            "message": pa.array([f"into {count} units" for count in parents.values()], pa.string()),
            CUT_KEY: pa.array([self.cut_keys[row_id].hex() for row_id in parents], pa.string()),
        }
        for field in {name: None for held in self.digests.values() for name in held}:
            wholes: list[Any] = [self.digests[row_id].get(field) for row_id in parents]
            many = self.bindings.columns[field].many
            kind = pa.list_(pa.string()) if many else pa.string()
            cut[f"{field}.sha256"] = pa.array([[each] for each in wholes] if many else wholes, kind)
        return pa.table(cut)


def _hexadecimal(keys: np.ndarray) -> pa.Array:
    """Return digests uint8[n, 32] as texts of 64 digits."""
    offsets = pa.array(np.arange(0, 64 * len(keys) + 1, 64), pa.int64()).buffers()[1]
    digits = pa.py_buffer(keys.tobytes().hex().encode())
    return pa.LargeStringArray.from_buffers(len(keys), offsets, digits)


def _steps(repairs: Sequence[tuple[str, np.ndarray]], start: int, end: int) -> pa.Array:
    """Return the steps that repaired each of the units from ``start`` to ``end``, as lists."""
    rows, names = [np.zeros(0, np.int64)], []
    for step, units in repairs:
        these = units[slice(*np.searchsorted(units, (start, end)).tolist())]
        rows.append(these - start)
        names += [step] * len(these)
    flat = np.concatenate(rows)
    order = np.argsort(flat, kind="stable")
    return per_unit(pa.array(names, pa.string()).take(pa.array(order)), flat[order], end - start, many=True)
