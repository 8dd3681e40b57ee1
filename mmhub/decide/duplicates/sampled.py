"""What share of the pairs of many values is alike, judged by some of them."""

import numpy as np

from mmhub.decide.duplicates.likeness import Likeness

_AT_ONCE = 1 << 16


def shares_alike(
    likeness: Likeness, order: np.ndarray, starts: np.ndarray, lengths: np.ndarray, sampled: int
) -> np.ndarray:
    """Return the share of ``sampled`` pairs that is alike, float64[runs].

    Runs of ``order`` int64[n] have two values or more each, from ``starts`` int64[runs] on, ``lengths`` int64[runs].
    """
    found = np.zeros(len(starts))
    runs = _AT_ONCE // sampled
    for start in range(0, len(starts), runs):
        some = slice(start, start + runs)
        found[some] = _shares(likeness, order, starts[some], lengths[some], sampled)
    return found


def _shares(likeness: Likeness, order: np.ndarray, starts: np.ndarray, lengths: np.ndarray, sampled: int) -> np.ndarray:
    ones = np.linspace(0, lengths - 1, sampled, axis=1).astype(np.int64)
    others = (ones * 7 + lengths[:, np.newaxis] // 2) % lengths[:, np.newaxis]
    run, place = np.nonzero(ones != others)
    ones, others = (order[starts[run] + each[run, place]] for each in (ones, others))
    counts = np.bincount(run, minlength=len(starts))
    near = likeness.possible(ones, others)
    # Where all are possible, little may have been told of them.
    unclear = (np.bincount(run, near, len(starts)) == counts)[run]
    near[unclear] = likeness.near(ones[unclear], others[unclear])
    return np.asarray(np.bincount(run, near, len(starts)) / counts)
