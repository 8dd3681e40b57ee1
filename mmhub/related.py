"""Alignments of vectors: what two encodings of a row say of each other, and of those of all rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.alignment.pooling import pooled, starts_of
from mmhub.binding.bound import Bindings, Bound
from mmhub.blocks import ABSENT, heads
from mmhub.decide.splitting.labels import turns
from mmhub.dtypes import ARROW
from mmhub.facts import Facts, Known, subjects, vectors_at
from mmhub.faults import Fault
from mmhub.operators import Aligner, Overall, Pairs
from mmhub.schema import model_name
from mmhub.units import Units
from mmhub.workers.ask import ask, in_rows

_BATCH = 16_384


@dataclass(frozen=True)
class Related:
    """The facts of an alignment by name, a value per subject, and the unit of each subject, ascending int64.

    Of the pairs that have both vectors, ``pair_rows`` int64[m] is the unit of each and ``of_pairs`` int64[m] its
    subject; ``single`` and ``several`` are their values: one per row, and one or several. ``faults`` has the units
    with a pair that the alignment failed on, which is left out of the others.
    """

    columns: dict[str, pa.Array]
    rows: np.ndarray
    pair_rows: np.ndarray
    of_pairs: np.ndarray
    single: "Side"
    several: "Side"
    faults: dict[int, Fault]


@dataclass(frozen=True)
class Side:
    """One value of each pair: where its vector is, and a number that is equal where values are."""

    known: Known
    items: np.ndarray
    same: np.ndarray

    def vectors(self, places: np.ndarray) -> np.ndarray:
        """Return the vectors of the pairs at ``places``, float32[m, dim]."""
        return vectors_at(self.known, self.items[places])

    def of(self, places: np.ndarray) -> "Side":
        """Return the side of the pairs at ``places`` alone."""
        return Side(self.known, self.items[places], self.same[places])


def related(bindings: Bindings, bound: Bound, units: Units, facts: Facts) -> Related:
    """Return what an alignment of vectors finds out of each subject by itself."""
    assert bound.of is not None
    about = subjects(bound, units)
    left, right = (facts[each] for each in bound.of)
    there = np.flatnonzero((left.positions[about.left] != ABSENT) & (right.positions[about.right] != ABSENT))
    there = there[_has_vectors(left, about.left[there]) & _has_vectors(right, about.right[there])]
    sides = [
        Side(known, items[there], heads(units.items[name].keys[items[there]]))
        for known, items, name in zip((left, right), (about.left, about.right), bound.fields, strict=True)
    ]
    measured, failed = _measured(bound, *sides)
    faults = {int(about.rows[there[pair]]): fault for pair, fault in failed.items()}
    sound = np.delete(np.arange(len(there)), list(failed))
    there, sides = there[sound], [side.of(sound) for side in sides]
    single, several = sides[::-1] if bindings.columns[bound.fields[0]].many else sides
    if not bound.pooled:
        columns = {name: _spread(values, there, len(about)) for name, values in measured.items()}
        return Related(columns, about.rows, about.rows[there], there, single, several, faults)
    starts = starts_of(about.rows[there])
    rows = about.rows[there][starts]
    columns = {name: _pooled(values, starts, bound.pooled) for name, values in measured.items()}
    of_pairs = np.repeat(np.arange(len(rows)), np.diff(np.append(starts, len(there))))
    return Related(columns, rows, about.rows[there], of_pairs, single, several, faults)


def looked_over(bound: Bound, found: Related, units: Units, standing: np.ndarray) -> Overall:
    """Return what an alignment finds out over all rows, compared with those that are ``standing``, bool[units]."""
    operator = bound.operator
    assert isinstance(operator, Aligner)
    assert operator.overall is not None
    scored, numbers = np.unique(found.of_pairs, return_inverse=True)
    pairs = Pairs(
        rows=found.pair_rows,
        subjects=numbers,
        single=found.single.vectors,
        several=found.several.vectors,
        same_single=found.single.same,
        same_several=found.several.same,
        standing=standing[found.pair_rows],
        turns=lambda seed: turns(units.ids, seed),
        names=lambda rows: units.ids.take(pa.array(rows)).to_pylist(),
    )
    scores = np.asarray(found.columns[operator.score].take(pa.array(scored)), dtype=np.float32)
    made = operator.overall(pairs, scores, bound.options)
    columns: dict[str, list[Any]] = {}
    for name, values in made.columns.items():
        columns[name] = [None] * len(found.rows)
        for subject, value in zip(scored.tolist(), values, strict=True):
            columns[name][subject] = value
    return Overall(columns, made.about)


def models_of(bindings: Bindings, bound: Bound) -> dict[str, Any]:
    """Return the model whose vectors an alignment compares, and its revision."""
    assert bound.of is not None
    encoder = bindings.named(bound.of[0])
    return {"model": model_name(encoder), "revision": encoder.weights.revision if encoder.weights else None}


def _has_vectors(known: Known, items: np.ndarray) -> np.ndarray:
    parts = [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]
    whole = [~np.isnan(vectors_at(known, part)).any(axis=1) for part in parts]
    return np.concatenate([np.zeros(0, bool), *whole])


def _measured(bound: Bound, left: Side, right: Side) -> tuple[dict[str, pa.Array], dict[int, Fault]]:
    """Return the facts of pairs, by name, those that hang on each pair alone; and the pairs that it fails on."""
    operator = bound.operator
    assert isinstance(operator, Aligner)
    measure = operator.measure
    own = [fact for fact in bound.facts if fact.over == "value"]

    def asked(some: Sequence[int]) -> list[tuple[Any, ...]]:
        places = np.asarray(some, dtype=np.int64)
        return in_rows(measure(left.vectors(places), right.vectors(places), bound.options), own, len(places))

    found: list[tuple[Any, ...] | Fault] = []
    for start in range(0, len(left.items), _BATCH):
        found += ask(bound.step, asked, range(start, min(start + _BATCH, len(left.items))))
    rows = [each for each in found if not isinstance(each, Fault)]
    columns = {fact.name: pa.array([row[n] for row in rows], ARROW[fact.dtype]) for n, fact in enumerate(own)}
    return columns, {pair: each for pair, each in enumerate(found) if isinstance(each, Fault)}


def _spread(values: pa.Array, places: np.ndarray, count: int) -> pa.Array:
    """Return an array of ``count`` values with those given at their places, null elsewhere."""
    at = np.full(count, -1, dtype=np.int64)
    at[places] = np.arange(len(places))
    return values.take(pa.array(at, mask=at < 0))


def _pooled(values: pa.Array, starts: np.ndarray, how: str) -> pa.Array:
    if not len(values) or not (pa.types.is_floating(values.type) or pa.types.is_integer(values.type)):
        return values.take(pa.array(starts))
    numbers = np.asarray(values.cast(pa.float64()).fill_null(np.nan))
    made = pooled(numbers, starts, "best" if how == "best" else "mean")
    return pc.cast(pa.array(made, mask=np.isnan(made)), values.type, safe=False)
