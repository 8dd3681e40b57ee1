"""The rows a page that stands alone carries with it: some of everything, so that nothing is without an example."""

import numpy as np

from mmhub.pages.opened import Opened
from mmhub.pages.selection import by_nearness

MOST = 360
_OF_REASON = 16
_OF_CLUSTERS = 40


def examples(opened: Opened) -> np.ndarray:
    """Return at most 360 units, int64, ascending: of every reason those nearest to its threshold, and what is kept.

    Kept rows stand at equal distances, in every split; of rows that repeat each other some whole groups are there.
    """
    lost = [_of_reason(opened, label) for label in opened.reasons.labels if label]
    found = np.unique(np.concatenate([np.zeros(0, np.int64), *lost, _repeats(opened)]))[: MOST * 2 // 3]
    room = MOST - len(found)
    splits = [np.flatnonzero(opened.kept & opened.splits.means(label)) for label in opened.splits.labels]
    kept = [_spaced(units, opened, room) for units in splits]
    return np.unique(np.concatenate([found, *kept]))


def _of_reason(opened: Opened, label: str) -> np.ndarray:
    """Return some units of one reason: the nearest to its threshold, and some at equal distances beyond."""
    units = by_nearness(opened, np.flatnonzero(opened.reasons.means(label)), label)
    half = _OF_REASON // 2
    return np.concatenate([units[:half], _even(units[half:], half)])


def _spaced(units: np.ndarray, opened: Opened, room: int) -> np.ndarray:
    """Return a split's share of the room, at equal distances, and of every split something."""
    share = len(units) / max(1, int(opened.kept.sum()))
    return _even(units, max(int(room * share), min(4, len(units))))


def _even(units: np.ndarray, most: int) -> np.ndarray:
    if len(units) <= most:
        return units
    return units[np.linspace(0, len(units) - 1, most).astype(np.int64)] if most else units[:0]


def _repeats(opened: Opened) -> np.ndarray:
    """Return the units of some groups of rows that repeat each other."""
    found = [np.zeros(0, np.int64)]
    for name in opened.clusters:
        column = opened.units[name]
        groups = column.drop_null().unique()[:_OF_CLUSTERS]
        some = np.flatnonzero(np.asarray(column.is_valid(), dtype=bool))
        labels = column.take(some).to_pylist()
        wanted = set(groups.to_pylist())
        found.append(some[[label in wanted for label in labels]][:_OF_CLUSTERS])
    return np.concatenate(found)
