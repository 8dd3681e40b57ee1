"""Which split each unit is in, where the recipe says how rows are shared out."""

from collections.abc import Mapping, Sequence
from math import floor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.decide.splitting.labels import chances, labels, turns
from mmhub.recipes.splits import Splits
from mmhub.units import Units

NOWHERE = ""
"""The split of a row that is not kept, where the kept ones alone are shared out."""


def hashed(splits: Splits, units: Units) -> pa.Array:
    """Return the split of every unit by a hash of its id, or of its value, and of nothing else.

    A row without a value goes by its id.
    """
    words = units.ids
    if splits.field:
        words = pc.coalesce(labels(units, splits.field), words)
    different = words.dictionary_encode()
    places = _by_share(chances(different.dictionary.to_pylist(), splits.seed), splits.shares)
    return _named(places[np.asarray(different.indices, dtype=np.int64)], splits.shares)


def stratified(splits: Splits, units: Units, kept: np.ndarray) -> pa.Array:
    """Return the split of every unit; those ``kept`` (int64) are shared out, each label for itself.

    Of each label every split gets its share, rounded down or up so that the whole comes out as near as it can.
    Rows without a label are a label of their own.
    """
    order = kept[turns(units.ids.take(pa.array(kept)), splits.seed)]
    of_label = pc.fill_null(labels(units, splits.field).take(pa.array(order)), "\0").dictionary_encode()
    codes = np.asarray(of_label.indices, dtype=np.int64)
    shares = np.array(list(splits.shares.values()))
    places = np.full(len(units), -1, dtype=np.int64)
    owed = np.zeros(len(shares))
    for code in np.asarray(pc.sort_indices(of_label.dictionary), dtype=np.int64).tolist():
        rows = order[codes == code]
        counts, owed = _rounded(len(rows) * shares, len(rows), owed)
        places[rows] = np.repeat(np.arange(len(shares)), counts)
    return _named(places, splits.shares)


Links = tuple[np.ndarray, np.ndarray]
"""Units int64[n], and for each a number int64[n]: those that have a number in common belong together."""


def grouped(splits: Splits, units: Units, kept: np.ndarray, links: Sequence[Links]) -> pa.Array:
    """Return the split of every unit; those ``kept`` (int64) are shared out in groups, which stay whole.

    Two units are in one group if any of ``links`` joins them, or several in turn. The largest group comes first, of
    equal ones that with the smallest row id, and goes where most rows are lacking.
    """
    groups = components(links, kept, len(units))
    ids = np.asarray(pc.sort_indices(units.ids.take(pa.array(kept))), dtype=np.int64)
    rank = np.empty(len(kept), dtype=np.int64)
    rank[ids] = np.arange(len(kept))
    _, which, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    smallest = np.full(len(sizes), len(kept), dtype=np.int64)
    np.minimum.at(smallest, which, rank)
    lacking = np.array(list(splits.shares.values())) * len(kept)
    chosen = np.empty(len(sizes), dtype=np.int64)
    for group in np.lexsort((smallest, -sizes)).tolist():
        chosen[group] = int(np.argmax(lacking))
        lacking[chosen[group]] -= sizes[group]
    places = np.full(len(units), -1, dtype=np.int64)
    places[kept] = chosen[which]
    return _named(places, splits.shares)


def components(links: Sequence[Links], kept: np.ndarray, count: int) -> np.ndarray:
    """Return the group of each unit that is ``kept``, int64: the smallest place of a unit it is linked with."""
    parents = list(range(count))
    stays = np.zeros(count, bool)
    stays[kept] = True
    for units, numbers in links:
        there = np.flatnonzero(stays[units] & (numbers >= 0))
        order = there[np.argsort(numbers[there], kind="stable")]
        same = numbers[order[1:]] == numbers[order[:-1]]
        for one, other in zip(units[order[:-1][same]].tolist(), units[order[1:][same]].tolist(), strict=True):
            _join(parents, one, other)
    return np.array([_root(parents, unit) for unit in kept.tolist()], dtype=np.int64)


def numbered(values: pa.Array) -> np.ndarray:
    """Return a number for each value, equal for equal ones, and -1 where there is none."""
    return np.asarray(pc.fill_null(values.dictionary_encode().indices, -1), dtype=np.int64)


def _root(parents: list[int], unit: int) -> int:
    while parents[unit] != unit:
        parents[unit] = parents[parents[unit]]
        unit = parents[unit]
    return unit


def _join(parents: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(parents, one), _root(parents, other)))
    parents[high] = low


def _rounded(wanted: np.ndarray, whole: int, owed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return whole numbers that add up to ``whole``, each what is ``wanted`` rounded down or up; and what is owed then.

    Where it can be either, it is rounded up for those that have been owed most.
    """
    counts = np.array([floor(each + 1e-9) for each in wanted])
    owed = owed + wanted - counts
    loose = np.flatnonzero(wanted - counts > 1e-9)
    for place in loose[np.argsort(-owed[loose], kind="stable")][: whole - int(counts.sum())].tolist():
        counts[place] += 1
        owed[place] -= 1
    return counts, owed


def _by_share(drawn: np.ndarray, shares: Mapping[str, float]) -> np.ndarray:
    """Return the place among ``shares`` of each number in [0, 1)."""
    edges = np.cumsum(list(shares.values()))[:-1]
    return np.searchsorted(edges, drawn, side="right")


def _named(places: np.ndarray, shares: Mapping[str, float]) -> pa.Array:
    names = pa.array([*shares, NOWHERE], pa.large_string())
    return names.take(pa.array(np.where(places < 0, len(shares), places)))
