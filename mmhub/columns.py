"""Facts as columns over the subjects of a step: those kept in the store, and those computed from vectors."""

from functools import lru_cache

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT
from mmhub.bound import Bindings, Bound
from mmhub.dtypes import ARROW
from mmhub.facts import VECTOR, Facts, subjects
from mmhub.operators import Aligner
from mmhub.units import Units
from mmhub.workers.ask import in_rows

_BATCH = 16_384


class FactColumns:
    """Gives any fact of any step, computing alignments of vectors once, when they are first asked for."""

    def __init__(self, bindings: Bindings, units: Units, facts: Facts) -> None:
        self._bindings, self._units, self._facts = bindings, units, facts
        self._compared = lru_cache(maxsize=None)(self._compare)

    def __call__(self, bound: Bound, fact: str) -> tuple[pa.Array, np.ndarray]:
        """Return a fact of ``bound``: a value per subject, null where it is not known, and the unit of each."""
        if bound.of is None:
            known = self._facts[bound.name]
            return known.column(fact), known.subjects.rows
        columns, rows = self._compared(bound.name)
        return columns[fact], rows

    def rows(self, bound: Bound) -> np.ndarray:
        """Return the unit of each subject of ``bound``, int64."""
        return self._facts[bound.name].subjects.rows if bound.of is None else self._compared(bound.name)[1]

    def some(self, bound: Bound, fact: str, subjects: np.ndarray) -> pa.Array:
        """Return a fact of ``subjects``, int64 places; null where it is not known."""
        if bound.of is not None:
            return self._compared(bound.name)[0][fact].take(pa.array(subjects))
        known = self._facts[bound.name]
        if fact not in known.blocks.table.column_names:
            return pa.nulls(len(subjects))
        return known.blocks.take(known.positions[subjects], [fact])[fact].combine_chunks()

    def _compare(self, name: str) -> tuple[dict[str, pa.Array], np.ndarray]:
        bound = self._bindings.named(name)
        assert bound.of is not None
        assert isinstance(bound.operator, Aligner)
        about = subjects(bound, self._units)
        left, right = (self._facts[each] for each in bound.of)
        lefts, rights = left.positions[about.left], right.positions[about.right]
        there = np.flatnonzero((lefts != ABSENT) & (rights != ABSENT))
        found: list[tuple[object, ...] | None] = [None] * len(about)
        for start in range(0, len(there), _BATCH):
            some = there[start : start + _BATCH]
            ones, others = _vectors(left.blocks.table, lefts[some]), _vectors(right.blocks.table, rights[some])
            both = ~(np.isnan(ones).any(axis=1) | np.isnan(others).any(axis=1))
            measured = bound.operator.measure(ones[both], others[both], bound.options)
            for place, row in zip(some[both].tolist(), in_rows(measured, bound.facts, int(both.sum())), strict=True):
                found[place] = row
        columns = {
            fact.name: pa.array([None if row is None else row[n] for row in found], ARROW[fact.dtype])
            for n, fact in enumerate(bound.facts)
        }
        return columns, about.rows


def _vectors(table: pa.Table, positions: np.ndarray) -> np.ndarray:
    """Return vectors at ``positions`` as float32[n, dim], NaN where an encoder failed."""
    taken = table[VECTOR].take(pa.array(positions)).combine_chunks()
    dim = taken.type.list_size
    values = np.asarray(taken.values, dtype=np.float32)[taken.offset * dim : (taken.offset + len(taken)) * dim]
    rows = np.array(values.reshape(-1, dim))
    rows[np.asarray(taken.is_null())] = np.nan
    return rows
