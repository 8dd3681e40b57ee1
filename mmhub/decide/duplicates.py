"""Which units repeat an earlier one, by equal facts or by 64-bit hashes within a Hamming distance."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

_BITS = 64


def repeats(hashes: np.ndarray, *, within: int) -> np.ndarray:
    """Return, as int64[n], which earlier hash each of ``hashes`` uint64[n] repeats, or -1.

    Going through them in order, a hash repeats the first kept one that differs from it in at most ``within``
    bits, and is kept otherwise: so nothing is dropped for its likeness to what was itself dropped.
    """
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    original = first[inverse]
    of = np.where(original == np.arange(len(hashes)), -1, original)
    if within:
        heads = np.sort(first)
        near = _near_pairs(hashes[heads], within)
        dropped: dict[int, int] = {}
        for later, earlier in near:
            if later not in dropped and earlier not in dropped:
                dropped[later] = earlier
        for later, earlier in dropped.items():
            of[heads[later]] = heads[earlier]
        followers = np.flatnonzero(original != np.arange(len(hashes)))
        kept = of[original[followers]]
        of[followers] = np.where(kept >= 0, kept, original[followers])
    return np.asarray(of)


def _near_pairs(hashes: np.ndarray, within: int) -> list[tuple[int, int]]:
    """Return the pairs (later, earlier) of distinct hashes within a distance, the later ascending.

    Of ``within + 2`` blocks of bits, at most ``within`` hold a difference, so that any two near hashes agree in at
    least two blocks: for every two, hashes are sorted by those blocks and compared with their neighbours
    (Manku, Jain and Das Sarma, Detecting near-duplicates for web crawling, WWW 2007).
    """
    found: set[tuple[int, int]] = set()
    for mask in _masks(within + 2):
        masked = hashes & mask
        order = np.argsort(masked, kind="stable")
        found.update(_compare(hashes, masked[order], order, within))
    return sorted(found)


def _masks(blocks: int) -> Iterator[np.uint64]:
    edges = np.linspace(0, _BITS, blocks + 1).astype(int)
    parts = [((1 << int(end)) - 1) ^ ((1 << int(start)) - 1) for start, end in zip(edges, edges[1:], strict=False)]
    for one, other in combinations(parts, 2):
        yield np.uint64(one | other)


def _compare(hashes: np.ndarray, masked: np.ndarray, order: np.ndarray, within: int) -> Iterator[tuple[int, int]]:
    """Yield the near pairs among hashes that agree under a mask, which stand together in ``order``."""
    candidates = np.arange(len(masked) - 1)
    step = 1
    while len(candidates):
        candidates = candidates[candidates + step < len(masked)]
        candidates = candidates[masked[candidates] == masked[candidates + step]]
        one, other = order[candidates], order[candidates + step]
        near = np.bitwise_count(hashes[one] ^ hashes[other]) <= within
        pairs = np.stack([np.maximum(one[near], other[near]), np.minimum(one[near], other[near])], axis=1)
        yield from map(tuple, pairs.tolist())
        step += 1
