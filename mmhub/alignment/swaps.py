"""Values that fit another row better than their own: probable swaps, and the row each belongs to.

A value is suspected whose fit mismatched pairs reach as well. Of all other rows that which it fits best is reported if
the two are better off exchanged; or if it fits there as well as values usually fit their own row, and better than
values that are not suspected fit any other. Among many rows some fit well by chance, the more the more there are.
"""

from dataclasses import dataclass

import numpy as np

from mmhub.alignment.null import Null
from mmhub.alignment.pooling import Pooling, pooled, starts_of, unit
from mmhub.operators import Pairs

_SUSPECT = 0.01
"""The share of mismatched pairs that has to fit as well for a value to be suspected."""
_FITS, _USUAL = 0.05, 0.1
"""The share of mismatched pairs that may fit as well as what fits in turn, and the quantile at which own rows do."""
_MOST = 20_000
"""Values that are looked into, at most: those that fit worst."""
_UNSUSPECTED, _CHANCE = 1000, 0.99
"""Values that are not suspected whose best fit in other rows tells what chance does, and the quantile of these."""
_VALUES, _ROWS = 1024, 8192
"""Values, and rows, whose products are held at a time."""


@dataclass(frozen=True)
class Swaps:
    """The subjects that fit another row better, int64[n], that row, by how much, and whether it is so in turn."""

    subjects: np.ndarray
    better: np.ndarray
    margin: np.ndarray
    mutual: np.ndarray


def swaps(pairs: Pairs, how: Pooling, scores: np.ndarray, false_keep: np.ndarray, null: Null, seed: int) -> Swaps:
    """Return the probable swaps among subjects with ``scores``, float32, and the ``false_keep`` of these."""
    search = _Search(pairs, how, scores, seed)
    suspects = search.suspects(false_keep)
    if not len(suspects) or not len(null.scores):
        none = np.zeros(0, np.int64)
        return Swaps(none, none, np.zeros(0), np.zeros(0, bool))
    better = search.best(suspects)
    gain = search.beside(suspects, better) - scores[suspects]
    mutual = search.is_mutual(suspects, better, null)
    usual = np.quantile(scores[search.standing], _USUAL)
    clear = scores[suspects] + gain >= max(usual, search.by_chance(false_keep))
    sure = (better >= 0) & (gain > 0) & (mutual | clear)
    return Swaps(suspects[sure], better[sure], gain[sure] / null.spread, mutual[sure])


class _Search:
    """The values of all standing rows, to find the row that a value of the several fits best."""

    def __init__(self, pairs: Pairs, how: Pooling, scores: np.ndarray, seed: int) -> None:
        self._pairs, self._how, self._scores = pairs, how, scores
        self._starts = np.append(starts_of(pairs.subjects), len(pairs.rows))
        self._row = pairs.rows[self._starts[:-1]]
        self.standing = np.flatnonzero(pairs.standing[self._starts[:-1]])
        turn = pairs.turns(seed)
        self._turn = np.argsort(turn)
        self._rows = turn[np.isin(turn, self._row[self.standing])]
        self._first = np.full(len(turn), -1, dtype=np.int64)
        self._first[pairs.rows[::-1]] = np.arange(len(pairs.rows))[::-1]

    def suspects(self, false_keep: np.ndarray) -> np.ndarray:
        """Return the standing subjects that mismatched pairs reach, ascending; of too many those that fit worst."""
        found = self.standing[false_keep[self.standing] > _SUSPECT]
        return np.sort(found[np.argsort(self._scores[found], kind="stable")[:_MOST]])

    def by_chance(self, false_keep: np.ndarray) -> float:
        """Return what the best fits of unsuspected subjects in other rows do not exceed but once in a hundred times."""
        found = self.standing[false_keep[self.standing] <= _SUSPECT]
        sample = np.sort(found[np.argsort(self._turn[self._row[found]], kind="stable")[:_UNSUSPECTED]])
        return float(np.quantile(self.beside(sample, self.best(sample)), _CHANCE)) if len(sample) else np.inf

    def best(self, suspects: np.ndarray) -> np.ndarray:
        """Return the other row that each suspect fits best, int64, -1 where there is none."""
        top = np.full(len(suspects), -np.inf, dtype=np.float32)
        best = np.full(len(suspects), -1, dtype=np.int64)
        values = np.split(np.arange(len(suspects)), np.arange(_VALUES, len(suspects), _VALUES))
        for at in range(0, len(self._rows), _ROWS):
            rows = self._rows[at : at + _ROWS]
            singles = unit(self._pairs.single(self._first[rows]))
            for some in values:
                found = self._fits(suspects[some], rows, singles)
                chosen = found.argmax(axis=1)
                higher = found[np.arange(len(some)), chosen] > top[some]
                top[some[higher]] = found[higher, chosen[higher]]
                best[some[higher]] = rows[chosen[higher]]
        return best

    def _fits(self, some: np.ndarray, rows: np.ndarray, singles: np.ndarray) -> np.ndarray:
        """Return how well subjects fit rows, float32[subjects, rows]: not at all where either value is equal."""
        places, starts = self._places(some)
        found = pooled(unit(self._pairs.several(places)) @ singles.T, starts, self._how)
        first, theirs = places[starts], self._first[rows]
        alike = self._pairs.same_single[first][:, np.newaxis] == self._pairs.same_single[theirs]
        alike |= self._pairs.same_several[first][:, np.newaxis] == self._pairs.same_several[theirs]
        found[alike | (self._row[some][:, np.newaxis] == rows)] = -np.inf
        return found

    def beside(self, subjects: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the score of each subject beside the row of the same place, float32.

        Pair by pair: the last bits of a product of matrices depend on its shape.
        """
        places, starts = self._places(subjects)
        sizes = np.diff(np.append(starts, len(places)))
        singles = unit(self._pairs.single(np.repeat(self._first[rows], sizes)))
        return pooled(np.einsum("nd,nd->n", singles, unit(self._pairs.several(places))), starts, self._how)

    def is_mutual(self, subjects: np.ndarray, rows: np.ndarray, null: Null) -> np.ndarray:
        """Return whether a subject of the row that each fits better fits its row better in turn, and well, bool."""
        ends = np.searchsorted(self._row, rows, side="right")
        starts = np.searchsorted(self._row, rows, side="left")
        turn = np.repeat(np.arange(len(rows)), ends - starts)
        theirs = np.arange(len(turn)) - np.repeat(np.cumsum(ends - starts) - (ends - starts), ends - starts)
        theirs += np.repeat(starts, ends - starts)
        beside = self.beside(theirs, self._row[subjects[turn]])
        fits = (beside > self._scores[theirs]) & (null.false_keep(beside) <= _FITS)
        return np.bincount(turn[fits], minlength=len(rows)) > 0

    def _places(self, subjects: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the pairs of subjects one after another, int64, and where those of each begin."""
        sizes = self._starts[subjects + 1] - self._starts[subjects]
        starts = np.cumsum(sizes) - sizes
        places = np.arange(sizes.sum()) + np.repeat(self._starts[subjects] - starts, sizes)
        return places, starts
