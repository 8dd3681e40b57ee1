"""Which vectors are alike: those at a small angle; read as they are compared."""

from collections.abc import Callable, Iterator
from math import acos, comb, pi, sqrt
from random import Random

import numpy as np

EXACT = 50_000
"""Up to so many vectors are all compared with one another."""
_RECALL = 0.99
_PLANES = 256
_TABLES = (64, 128)
_LONGEST = 32
_SLACK = 1e-4
"""Products of matrices differ in their last bits with the shape of the matrix: they only say what to look at."""
_ROWS, _AT_ONCE = 1024, 4096
_COMPARED_AT_ONCE = 1 << 16
_DEVIATIONS = 5
_PARTNERS = 64
"""From so many later ones on that are alike to a vector, they are not counted: it is in a crowd."""

Read = Callable[[np.ndarray], np.ndarray]
"""Returns the vectors at some places, int64[m], as float32[m, dim]."""


class Cosine:
    """Vectors of ``count`` values, alike where the cosine of the angle between two is ``at_least`` so much.

    Up to 50,000 all are compared. Of more, those are that lie on one side of all of some random planes, for as many
    choices of these as it takes to find 99 of 100 that are just alike enough (Charikar, Similarity estimation
    techniques from rounding algorithms, STOC 2002).
    """

    def __init__(self, read: Read, count: int, *, at_least: float) -> None:
        self._read, self._at_least, self.count = read, at_least, count
        self._sides = self._sided(count) if count > EXACT else None

    def keys(self, members: np.ndarray, depth: int) -> Iterator[np.ndarray]:
        """Yield a hash of the sides of some planes on which each vector lies."""
        assert self._sides is not None
        chosen = _choices(self._at_least, _TABLES[bool(depth)], seed=depth)
        for choice in chosen:
            key = np.zeros(len(members), np.uint32)
            for plane in choice:
                key = key << np.uint32(1) | (self._sides[members, plane >> 3] >> np.uint8(7 - plane % 8) & np.uint8(1))
            yield key

    def possible(self, ones: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return which vectors lie on one side of as many planes as those must that are alike, but for one in 10^6."""
        assert self._sides is not None
        share = acos(min(1.0, self._at_least)) / pi
        most = _PLANES * share + _DEVIATIONS * sqrt(_PLANES * share * (1 - share))
        found = np.zeros(len(others), bool)
        for start in range(0, len(others), _COMPARED_AT_ONCE):
            some = slice(start, start + _COMPARED_AT_ONCE)
            differing = self._sides.take(ones[some], axis=0) ^ self._sides.take(others[some], axis=0)
            found[some] = np.bitwise_count(differing.view(np.uint64)).sum(axis=1, dtype=np.int64) <= most
        return found

    def near(self, one: int | np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return whether the angle between vectors is small enough."""
        near = np.zeros(len(others), bool)
        for start in range(0, len(others), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            ones = self._read(one[some] if isinstance(one, np.ndarray) else np.array([one]))
            near[some] = cosines(ones, self._read(others[some])) >= self._at_least
        return near

    def exactly(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return the pairs that are alike, two numbers in a uint64 each; and a crowd of those with many partners."""
        pairs, crowd = [np.zeros(0, np.uint64)], np.zeros(self.count, bool)
        for top in range(0, self.count, _ROWS):
            rows = np.arange(top, min(self.count, top + _ROWS))
            found = [np.zeros((0, 2), np.int64)]
            ones = _scaled(self._read(rows))
            for start in range(top, self.count, _AT_ONCE):
                columns = np.arange(start, min(self.count, start + _AT_ONCE))
                close = np.argwhere(ones @ _scaled(self._read(columns)).T >= self._at_least - _SLACK)
                close = np.stack([rows[close[:, 0]], columns[close[:, 1]]], axis=1)
                found.append(close[close[:, 0] < close[:, 1]])
            close = np.concatenate(found)
            many = np.bincount(close[:, 0] - top, minlength=len(rows)) > _PARTNERS
            crowd[close[many[close[:, 0] - top]].ravel()] = True
            close = close[~many[close[:, 0] - top]]
            close = close[self.near(close[:, 0], close[:, 1])]
            pairs.append(close[:, 0].astype(np.uint64) << np.uint64(32) | close[:, 1].astype(np.uint64))
        return np.concatenate(pairs), [np.flatnonzero(crowd).astype(np.int32)] if crowd.any() else []

    def _sided(self, count: int) -> np.ndarray:
        """Return on which side of each plane vectors lie, a bit each, uint8[count, planes / 8]."""
        sides = np.zeros((count, _PLANES // 8), np.uint8)
        planes: np.ndarray | None = None
        for start in range(0, count, _AT_ONCE):
            vectors = self._read(np.arange(start, min(count, start + _AT_ONCE)))
            if planes is None:
                planes = np.random.default_rng(0).standard_normal((vectors.shape[1], _PLANES)).astype(np.float32)
            sides[start : start + len(vectors)] = np.packbits(vectors @ planes > 0, axis=1)
        return sides


def cosines(ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the cosine of the angle between each of ``ones`` and of ``others``, float64[m]; NaN with a zero vector."""
    left, right = ones.astype(np.float64), others.astype(np.float64)
    lengths = np.sqrt((left * left).sum(axis=1) * (right * right).sum(axis=1))
    with np.errstate(invalid="ignore"):
        return np.asarray((left * right).sum(axis=1) / lengths)


def _scaled(vectors: np.ndarray) -> np.ndarray:
    """Return vectors at length one; zero vectors stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1))


def _choices(at_least: float, most: int, *, seed: int) -> list[list[int]]:
    """Return which planes make up each of ``most`` keys: as many as can be, so that few share one by chance."""
    same = 1 - acos(min(1.0, at_least)) / pi
    agreeing = np.arange(_PLANES + 1)
    odds = np.array([comb(_PLANES, n) * same**n * (1 - same) ** (_PLANES - n) for n in agreeing.tolist()])
    size, shared = 1, agreeing / _PLANES
    for longer in range(2, _LONGEST + 1):
        # The share of keys, by the number of planes that two vectors lie on one side of.
        shared = shared * np.maximum(agreeing - longer + 1, 0) / (_PLANES - longer + 1)
        if (odds * (1 - shared) ** most).sum() <= 1 - _RECALL:
            size = longer
    draw = Random(seed)
    return [draw.sample(range(_PLANES), size) for _ in range(most)]
