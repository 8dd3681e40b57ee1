"""How well pairs fit that do not belong together: the null that tells what a score is worth.

Each value is put beside those of other rows of the same dataset. A permutation test would do so (Fisher, The design of
experiments, 1935); here the shares are counted once for all scores, with the correction for finite samples of Phipson
and Smyth (Permutation p-values should never be zero, 2010).
"""

from dataclasses import dataclass

import numpy as np

from mmhub.alignment.pooling import Pooling, pooled, starts_of, unit
from mmhub.operators import Pairs

_LEAST, _ENOUGH = 10, 200_000
"""In how many mismatched pairs each row takes part at least, and how many pairs of all rows are enough."""
_SAMPLE = 40_000
"""Pairs whose values are shuffled, at most: more tell the tails no better."""
_FEWEST = 16
"""Rows from which mismatched pairs can be made."""


@dataclass(frozen=True)
class Null:
    """Scores of mismatched pairs, ascending float32[n], and of how many rows they are."""

    scores: np.ndarray
    rows: int

    @property
    def spread(self) -> float:
        """Their standard deviation, which differences of scores are counted in."""
        return float(self.scores.std(dtype=np.float64)) if len(self.scores) else float("nan")

    def quantile(self, share: float) -> float:
        """Return the score below which a share of them lies."""
        return float(np.quantile(self.scores, share)) if len(self.scores) else float("nan")

    def false_keep(self, scores: np.ndarray) -> np.ndarray:
        """Return the expected share of mismatched pairs that score as high, float64 in 0 to 1; NaN without a null."""
        above = len(self.scores) - np.searchsorted(self.scores, scores, side="left")
        return self._known((above + 1) / (len(self.scores) + 1))

    def percentile(self, scores: np.ndarray) -> np.ndarray:
        """Return the share of mismatched pairs that score lower, float64 in 0 to 1; NaN without a null."""
        return self._known(np.searchsorted(self.scores, scores, side="left") / max(1, len(self.scores)))

    def _known(self, shares: np.ndarray) -> np.ndarray:
        return shares if len(self.scores) else np.full(len(shares), np.nan)


def calibrated(scores: np.ndarray, null: Null) -> dict[str, np.ndarray]:
    """Return what scores are worth, float64 per score."""
    return {"percentile": null.percentile(scores), "false_keep": null.false_keep(scores)}


def null_of(pairs: Pairs, how: Pooling, seed: int) -> Null:
    """Return the scores of mismatched pairs of the standing rows, shuffled by ``seed``.

    No value is put beside one of its own row, nor of a row that holds an equal value of either field.
    """
    sample, turn = _sample(pairs, seed)
    rows = len(turn)
    if rows < _FEWEST:
        return Null(np.zeros(0, np.float32), 0)
    shuffled = _Shuffled(pairs, sample, turn)
    shifts = range(1, 1 + min(rows - 1, max(_LEAST, _ENOUGH // rows)))
    return Null(np.sort(np.concatenate([shuffled.scores(shift, how) for shift in shifts])), rows)


def _sample(pairs: Pairs, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs whose values are shuffled, int64, and their rows as chance orders them."""
    order = pairs.turns(seed)
    counts = np.bincount(pairs.rows[pairs.standing], minlength=len(order))[order]
    chosen = order[(counts > 0) & (np.cumsum(counts) <= max(_SAMPLE, counts.max(initial=0)))]
    return np.flatnonzero(pairs.standing & np.isin(pairs.rows, chosen)), chosen


class _Shuffled:
    """The values of some rows, to be put beside those of others."""

    def __init__(self, pairs: Pairs, sample: np.ndarray, turn: np.ndarray) -> None:
        place = np.full(int(turn.max()) + 1, -1, dtype=np.int64)
        place[turn] = np.arange(len(turn))
        self._place = place[pairs.rows[sample]]
        self._count = len(turn)
        first = np.empty(len(turn), dtype=np.int64)
        first[self._place[::-1]] = sample[::-1]
        self._single, self._several = unit(pairs.single(first)), unit(pairs.several(sample))
        self._same_single = pairs.same_single[first]
        self._same_several = np.unique(pairs.same_several[sample], return_inverse=True)[1]
        self._held = np.unique(self._held_by(self._place))
        self._starts = starts_of(pairs.subjects[sample])

    def _held_by(self, places: np.ndarray) -> np.ndarray:
        """Return a number for each value of the several and a row that it is put into."""
        return places * (int(self._same_several.max()) + 1) + self._same_several

    def scores(self, shift: int, how: Pooling) -> np.ndarray:
        """Return the scores of all subjects beside the row that stands so many places further, those alike left out."""
        others = (self._place + shift) % self._count
        alike = self._same_single[others] == self._same_single[self._place]
        alike |= np.isin(self._held_by(others), self._held)
        found = np.einsum("nd,nd->n", self._single[others], self._several)
        fair = ~np.logical_or.reduceat(alike, self._starts)
        return pooled(found, self._starts, how)[fair]
