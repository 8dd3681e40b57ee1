"""Which units repeat an earlier one: by equal facts, or by near 64-bit hashes."""

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise

import numpy as np

_BITS = 64


def repeats(hashes: np.ndarray, *, within: int) -> np.ndarray:
    """Return, as int64[n], which earlier hash each of ``hashes`` uint64[n] repeats, or -1.

    Going through them in order, a hash repeats the first kept one that differs from it in at most ``within``
    bits, and is kept otherwise: so nothing is dropped for its likeness to what was itself dropped.
    """
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    return repeated(first, inverse, lambda heads: _near_pairs(hashes[heads], within) if within else ())


def repeated(
    first: np.ndarray, inverse: np.ndarray, pairs: Callable[[np.ndarray], Iterable[tuple[int, int]]]
) -> np.ndarray:
    """Return which earlier value each repeats, from the first of each that are equal and from ``pairs`` alike."""
    original = first[inverse]
    places = np.arange(len(inverse))
    of = np.where(original == places, -1, original)
    heads = np.sort(first)
    dropped: dict[int, int] = {}
    for later, earlier in pairs(heads):
        if later not in dropped and earlier not in dropped:
            dropped[later] = earlier
    for later, earlier in dropped.items():
        of[heads[later]] = heads[earlier]
    followers = np.flatnonzero(original != places)
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
        found.update(
            neighbours(masked[order], order, lambda a, b: np.bitwise_count(hashes[a] ^ hashes[b]) <= within, len(order))
        )
    return sorted(found)


def _masks(blocks: int) -> Iterator[np.uint64]:
    edges = np.linspace(0, _BITS, blocks + 1).astype(int)
    parts = [((1 << int(end)) - 1) ^ ((1 << int(start)) - 1) for start, end in pairwise(edges)]
    for one, other in combinations(parts, 2):
        yield np.uint64(one | other)


def neighbours(
    groups: np.ndarray, order: np.ndarray, near: Callable[[np.ndarray, np.ndarray], np.ndarray], most: int
) -> Iterator[tuple[int, int]]:
    """Yield the near pairs (later, earlier) among places of one group, which stand together in ``order``."""
    candidates = np.arange(len(groups) - 1)
    step = 1
    while len(candidates) and step <= most:
        candidates = candidates[candidates + step < len(groups)]
        candidates = candidates[groups[candidates] == groups[candidates + step]]
        one, other = order[candidates], order[candidates + step]
        alike = near(one, other)
        pairs = np.stack([np.maximum(one[alike], other[alike]), np.minimum(one[alike], other[alike])], axis=1)
        yield from map(tuple, pairs.tolist())
        step += 1
