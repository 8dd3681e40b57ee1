"""Facts as columns over the subjects of a step: those kept in the store, and those computed from vectors."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.binding.bound import SCORES, Bindings, Bound
from mmhub.decide.imputing import imputed
from mmhub.decide.outliers import SAMPLE, scores
from mmhub.decide.splitting.labels import turns
from mmhub.dtypes import ARROW
from mmhub.facts import VECTOR, Facts, vectors_at
from mmhub.faults import Fault
from mmhub.operators import Overall
from mmhub.related import Related, looked_over, models_of, related
from mmhub.units import Units

_NUMBERS = ("int64", "float32", "float64")
_FEWEST = 16
"""Vectors from which it can be said which are unlike the others."""


class FactColumns:
    """Gives any fact of any step, computing alignments of vectors once, when they are first asked for."""

    def __init__(self, bindings: Bindings, units: Units, facts: Facts) -> None:
        self._bindings, self._units, self._facts = bindings, units, facts
        self._compared: dict[str, Related] = {}
        self._looked_over: dict[str, Overall] = {}
        self._scored: dict[tuple[str, str], pa.Array] = {}
        self._made_up: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}
        self._imputes = False
        self._standing = np.ones(len(units), bool)

    def settle(self, standing: np.ndarray) -> None:
        """Take the units, bool[units], to which what depends on the whole dataset is fitted."""
        self._standing = standing
        self._scored.clear()
        self._looked_over.clear()

    def impute(self) -> None:
        """From now on, make up facts of the settled units that lack them, where a step asks for it."""
        self._imputes = True

    def __call__(self, bound: Bound, fact: str) -> tuple[pa.Array, np.ndarray]:
        """Return a fact of ``bound``: a value per subject, null where it is not known, and the unit of each.

        Once facts are made up, units that lack it have one subject more.
        """
        values, rows = self.measured(bound, fact)
        return _with_made_up(bound, fact, values, rows, *self.imputed(bound, fact))

    def within(self, bound: Bound, fact: str, start: int, end: int) -> tuple[pa.Array, np.ndarray]:
        """Return the same of the units from ``start`` to ``end`` alone."""
        rows = self.rows(bound)
        first, last = np.searchsorted(rows, (start, end)).tolist()
        values = self.some(bound, fact, np.arange(first, last))
        units, made = self.imputed(bound, fact)
        these = slice(*np.searchsorted(units, (start, end)).tolist())
        return _with_made_up(bound, fact, values, rows[first:last], units[these], made[these])

    def imputed(self, bound: Bound, fact: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the units whose fact was made up, ascending int64[n], and what was made up, float64[n]."""
        dtypes = {each.name: each.dtype for each in bound.facts}
        if not (self._imputes and bound.impute and dtypes.get(fact) in _NUMBERS):
            return np.zeros(0, np.int64), np.zeros(0)
        return self._make_up(bound.name, fact)

    def vectors(self, bound: Bound) -> tuple[np.ndarray, np.ndarray]:
        """Return the units that have vectors of an encoder, ascending int64[n], and their means, float32[n, dim]."""
        known = self._facts[bound.name]
        there = self._encoded(bound.name)
        units, starts = np.unique(known.subjects.rows[there], return_index=True)
        if not len(units):
            return units, np.zeros((0, 0), np.float32)
        found = vectors_at(known, there)
        sizes = np.diff([*starts.tolist(), len(there)])
        return units, np.add.reduceat(found, starts) / sizes[:, np.newaxis].astype(np.float32)

    def measured(self, bound: Bound, fact: str) -> tuple[pa.Array, np.ndarray]:
        """Return a fact as it was found out, a value per subject, and the unit of each."""
        if _is_score(bound, fact):
            return self._score(bound.name, fact), self.rows(bound)
        if bound.of is None:
            known = self._facts[bound.name]
            return known.column(fact), known.subjects.rows
        return self._fact_of_pairs(bound, fact), self._compare(bound.name).rows

    def calibrations(self) -> dict[str, Mapping[str, Any]]:
        """Return, by step, what alignments of vectors were compared with, as plain data."""
        return {
            bound.name: {**self._look_over(bound.name).about, **models_of(self._bindings, bound)}
            for bound in self._bindings.bound
            if bound.of is not None and bound.wide
        }

    def _fact_of_pairs(self, bound: Bound, fact: str) -> pa.Array:
        if fact not in bound.wide:
            return self._compare(bound.name).columns[fact]
        found = self._look_over(bound.name).columns[fact]
        return pa.array(found, ARROW[next(each.dtype for each in bound.facts if each.name == fact)])

    def faults(self, bound: Bound) -> Mapping[int, Fault]:
        """Return the units that an alignment of vectors failed on, and why."""
        return self._compare(bound.name).faults

    def rows(self, bound: Bound) -> np.ndarray:
        """Return the unit of each subject of ``bound``, int64."""
        return self._facts[bound.name].subjects.rows if bound.of is None else self._compare(bound.name).rows

    def some(self, bound: Bound, fact: str, subjects: np.ndarray) -> pa.Array:
        """Return a fact of ``subjects``, int64 places; null where it is not known."""
        if _is_score(bound, fact):
            return self._score(bound.name, fact).take(pa.array(subjects))
        if bound.of is not None:
            return self._fact_of_pairs(bound, fact).take(pa.array(subjects))
        known = self._facts[bound.name]
        if fact not in known.blocks.table.column_names:
            return pa.nulls(len(subjects))
        return known.blocks.take(known.positions[subjects], [fact])[fact].combine_chunks()

    def holds(self, bound: Bound, fact: str, subjects: np.ndarray) -> np.ndarray:
        """Return of which of ``subjects``, int64 places, a fact is known, bool[n]."""
        if bound.of is None and not _is_score(bound, fact):
            return self._facts[bound.name].holds(fact, subjects)
        return np.asarray(self.some(bound, fact, subjects).is_valid())

    def _make_up(self, name: str, fact: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the settled units that lack a fact, and what is made up for them."""
        if (name, fact) not in self._made_up:
            found = self._numbers()
            target = list(found).index((name, fact))
            table = np.stack(list(found.values()), axis=1)
            lacking = np.flatnonzero(self._standing & np.isnan(table[:, target]))
            order = turns(self._units.ids, 0)
            order = order[self._standing[order] & ~np.isnan(table[order, target])]
            way: Any = self._bindings.named(name).impute
            made = imputed(way, table[order], table[lacking], target) if len(lacking) else np.zeros(0)
            there = ~np.isnan(made)
            self._made_up[name, fact] = lacking[there], made[there]
        return self._made_up[name, fact]

    def _numbers(self) -> dict[tuple[str, str], np.ndarray]:
        """Return every number that was found out, float64[units] each: the mean of a list, NaN where none is known."""
        found = {}
        for bound in self._bindings.bound:
            for fact in (each for each in bound.facts if each.dtype in _NUMBERS):
                values, rows = self.measured(bound, fact.name)
                numbers = np.asarray(pc.fill_null(values.cast(pa.float64()), np.nan), dtype=np.float64)
                there = ~np.isnan(numbers)
                counts = np.bincount(rows[there], minlength=len(self._units))
                sums = np.bincount(rows[there], numbers[there], minlength=len(self._units))
                found[bound.name, fact.name] = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
        return found

    def _score(self, name: str, fact: str) -> pa.Array:
        """Return how unlike others the vectors of a step are; null where there is none, or too few to say."""
        if (name, fact) not in self._scored:
            known = self._facts[name]
            rows = known.subjects.rows
            found = np.full(len(rows), np.nan)
            there = self._encoded(name)
            standing = there[self._standing[rows[there]]]
            if len(standing) >= _FEWEST:
                # By chance, and so that neither which are chosen nor their order depends on the order of rows.
                turn = np.argsort(turns(self._units.ids, 0))[rows[standing]]
                sample = standing[np.argsort(turn, kind="stable")[:SAMPLE]]
                found[there] = scores(fact, lambda some: vectors_at(known, some), sample, there)
            self._scored[name, fact] = pa.array(found, mask=np.isnan(found))
        return self._scored[name, fact]

    def _encoded(self, name: str) -> np.ndarray:
        """Return the subjects of a step that have a vector, int64."""
        known = self._facts[name]
        return np.flatnonzero(known.holds(VECTOR, np.arange(len(known.subjects))))

    def _compare(self, name: str) -> Related:
        if name not in self._compared:
            self._compared[name] = related(self._bindings, self._bindings.named(name), self._units, self._facts)
        return self._compared[name]

    def _look_over(self, name: str) -> Overall:
        if name not in self._looked_over:
            bound = self._bindings.named(name)
            self._looked_over[name] = looked_over(bound, self._compare(name), self._units, self._standing)
        return self._looked_over[name]


def _is_score(bound: Bound, fact: str) -> bool:
    """Whether a fact says how unlike others the vectors of an encoder are."""
    return bound.kind == "encode" and fact in {each.name for each in SCORES}


def _with_made_up(
    bound: Bound, fact: str, values: pa.Array, rows: np.ndarray, units: np.ndarray, made: np.ndarray
) -> tuple[pa.Array, np.ndarray]:
    """Return values and the unit of each, with those ``made`` up for ``units`` among them."""
    if not len(units):
        return values, rows
    both = np.concatenate([rows, units])
    turn = np.argsort(both, kind="stable")
    kind = ARROW[next(each.dtype for each in bound.facts if each.name == fact)]
    made = np.rint(made) if pa.types.is_integer(kind) else made
    whole = pa.concat_arrays([values.cast(kind), pa.array(made).cast(kind)])
    return whole.take(pa.array(turn)), both[turn]
