"""Which 64-bit hashes are alike: those that differ in few bits."""

from collections.abc import Iterator
from functools import reduce
from itertools import combinations, pairwise
from math import comb
from operator import or_

import numpy as np

_BITS = 64
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_RUN = 8
"""Values of one key to compare with, which cost as much as to sort."""
_DEEPER = 2


class Hamming:
    """Hashes uint64[n], which are alike where they differ in at most ``within`` bits. All that are alike are found.

    Of ``within + n`` blocks of bits, at most ``within`` hold a difference, so that any two that are alike agree in
    at least n blocks (Manku, Jain and Das Sarma, Detecting near-duplicates for web crawling, WWW 2007).
    """

    def __init__(self, hashes: np.ndarray, *, within: int) -> None:
        self._hashes, self._within = hashes, within

    def keys(self, members: np.ndarray, depth: int) -> Iterator[np.ndarray]:
        """Yield a hash of the bits of any n blocks."""
        if not self._within:
            return
        hashes = self._hashes[members]
        agreeing = _agreeing(len(hashes), self._within) + _DEEPER * depth
        for mask in _masks(self._within + agreeing, agreeing):
            yield ((hashes & mask) * _PRIME >> np.uint64(32)).astype(np.uint32)

    def possible(self, ones: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return whether hashes differ in few bits."""
        return self.near(ones, others)

    def near(self, one: int | np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return whether hashes differ in few bits."""
        return np.asarray(np.bitwise_count(self._hashes[one] ^ self._hashes[others]) <= self._within)


def _agreeing(count: int, within: int) -> int:
    """Return for how many blocks it costs least to sort by every choice of them, and to compare what agrees."""

    def cost(blocks: int) -> float:
        return comb(within + blocks, blocks) * (1 + count / 2 ** (_BITS * blocks / (within + blocks)) / _RUN)

    return min(range(1, 6), key=cost)


def _masks(blocks: int, agreeing: int) -> Iterator[np.uint64]:
    edges = np.linspace(0, _BITS, blocks + 1).astype(int)
    parts = [((1 << int(end)) - 1) ^ ((1 << int(start)) - 1) for start, end in pairwise(edges)]
    for some in combinations(parts, agreeing):
        yield np.uint64(reduce(or_, some))
