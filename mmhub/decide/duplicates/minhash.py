"""Which MinHash signatures are alike: those of which a large enough share agrees; read as they are compared."""

from collections.abc import Callable, Iterator
from math import ceil, comb, log, log1p
from random import Random

import numpy as np

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_RECALL = 0.99
_TABLES, _LARGE = (64, 192), 1 << 18
"""How many keys a signature has at most; and where there are so many of them, or many share one."""
_MORE_TABLES, _SOME = 1024, 1 << 12
"""The same of so many signatures that are alike where few numbers agree: keys of one number would be shared by most."""
_LONGEST = 16
_AT_ONCE = 4096
"""Signatures held at a time: two megabytes of 128 numbers each."""
_COMPARED_AT_ONCE = 1 << 13
_READ_AT_ONCE = 1 << 14
_KEYS_AT_ONCE, _HELD_AT_ONCE = 16, 1 << 20
"""Keys of each signature that are held at a time, and of all together where these are few: each time reads them all."""
_BITS, _TELLING = 4, 0.2
"""The lowest bits of each number tell most signatures apart, from this share on: by chance one in sixteen agrees
(Li and Koenig, b-bit minwise hashing, WWW 2010)."""

Read = Callable[[np.ndarray], np.ndarray]
"""Returns the signatures at some places, int64[m], as uint32[m, k]."""


def hashed(read: Read, count: int) -> np.ndarray:
    """Return a 64-bit hash of each of ``count`` signatures, uint64[count]: equal ones have the same."""
    found = np.zeros(count, np.uint64)
    for start in range(0, count, _AT_ONCE):
        places = np.arange(start, min(count, start + _AT_ONCE))
        found[places] = _mixed(np.ascontiguousarray(read(places).T))
    return found


class Signatures:
    """Signatures of ``count`` values, alike where a share of ``at_least`` of their numbers agrees.

    The share estimates the Jaccard similarity of the sets they stand for (Broder, On the resemblance and containment
    of documents, 1997). Two are compared that agree in all of some numbers, for as many choices of these as it takes
    to find 99 of 100 that are just alike enough (Leskovec, Rajaraman and Ullman, Mining of massive datasets, 3.4).
    """

    def __init__(self, read: Read, count: int, *, at_least: float, order: np.ndarray | None = None) -> None:
        """Take what reads signatures, and ``order`` int64[count], by which those are read in turn that lie together."""
        self._read, self._at_least = read, at_least
        self._turn = np.arange(count) if order is None else order
        self._numbers = read(np.zeros(1, np.int64)).shape[1] if count else 0
        self._low = self._lowest_bits(count) if at_least >= _TELLING else None

    def keys(self, members: np.ndarray, depth: int) -> Iterator[np.ndarray]:
        """Yield a hash of some of the numbers of each signature."""
        if self._low is None and len(self._turn) >= _SOME:
            most = _MORE_TABLES
        else:
            most = _TABLES[bool(depth) or len(members) >= _LARGE]
        chosen = choices(self._numbers, self._at_least, most, seed=depth)
        at_once = max(_KEYS_AT_ONCE, _HELD_AT_ONCE // max(1, len(members)))
        for start in range(0, len(chosen), at_once):
            yield from self._some(members, chosen[start : start + at_once])

    def possible(self, ones: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return which signatures do not differ in the lowest bits of too many numbers."""
        found = np.ones(len(others), bool)
        for start in range(0, len(others) if self._low is not None else 0, _COMPARED_AT_ONCE):
            some = slice(start, start + _COMPARED_AT_ONCE)
            found[some] = self._differing(ones[some], others[some]) <= self._numbers * (1 - self._at_least) + 1e-9
        return found

    def near(self, one: int | np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return whether signatures agree enough: reading those alone whose lowest bits do."""
        ones = one if isinstance(one, np.ndarray) else np.full(len(others), one)
        near = self.possible(ones, others)
        left = np.flatnonzero(near)
        for start in range(0, len(left), _READ_AT_ONCE):
            some = left[start : start + _READ_AT_ONCE]
            agreeing = self._read(ones[some] if isinstance(one, np.ndarray) else ones[:1]) == self._read(others[some])
            near[some] = agreeing.mean(axis=1) >= self._at_least
        return near

    def _differing(self, ones: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return in how many numbers the lowest bits differ, int64[m]."""
        assert self._low is not None
        words = self._low.shape[1] // _BITS
        # No place is out of bounds, and to have that checked takes thrice as long.
        first, second = (self._low.take(each, axis=0, mode="clip") for each in (ones, others))
        differing = (first ^ second).reshape(-1, _BITS, words)
        apart = np.zeros(len(others), np.int64)
        for word in range(words):
            lowest, second, third, fourth = differing[:, :, word].T
            apart += np.bitwise_count(lowest | second | third | fourth)
        return apart

    def _some(self, members: np.ndarray, chosen: list[list[int]]) -> np.ndarray:
        """Return a key of each of ``members`` by each choice of numbers, uint32[choices, m]."""
        keys = np.zeros((len(chosen), len(members)), np.uint32)
        turn = np.argsort(self._turn[members])
        for start in range(0, len(members), _AT_ONCE):
            some = turn[start : start + _AT_ONCE]
            columns = np.ascontiguousarray(self._read(members[some]).T)
            for n, choice in enumerate(chosen):
                keys[n, some] = _mixed(columns[choice]) >> np.uint64(32)
        return keys

    def _lowest_bits(self, count: int) -> np.ndarray:
        """Return the lowest bits of every number, uint64[count, bits x words]: where they differ, the numbers do."""
        found = np.zeros((count, _BITS * -(-self._numbers // 64)), np.uint64)
        turn = np.argsort(self._turn)
        for start in range(0, count, _AT_ONCE):
            some = turn[start : start + _AT_ONCE]
            low = (self._read(some) & np.uint32((1 << _BITS) - 1)).astype(np.uint8)
            padded = np.pad(low, ((0, 0), (0, -self._numbers % 64)))
            planes = [np.packbits(padded & np.uint8(1 << bit), axis=1) for bit in range(_BITS)]
            found[some] = np.concatenate(planes, axis=1).view(np.uint64)
        return found


def choices(numbers: int, at_least: float, most: int, *, seed: int) -> list[list[int]]:
    """Return which numbers make up each key: as many as ``most`` keys allow, so that few share one by chance."""
    agreeing = ceil(numbers * at_least - 1e-9)
    size, tables = 1, numbers
    for longer in range(1, min(agreeing, _LONGEST) + 1):
        share = comb(agreeing, longer) / comb(numbers, longer)
        needed = 1 if share >= 1 else ceil(log(1 - _RECALL) / log1p(-share))
        if needed <= most:
            size, tables = longer, needed
    draw = Random(seed)
    if size == 1:
        return [[each] for each in draw.sample(range(numbers), min(tables, numbers))]
    return [draw.sample(range(numbers), size) for _ in range(tables)]


def _mixed(columns: np.ndarray) -> np.ndarray:
    """Return a 64-bit hash of each signature from its numbers uint32[numbers, m], column by column."""
    mixed = np.zeros(columns.shape[1], dtype=np.uint64)
    for column in columns:
        mixed ^= column
        mixed *= _PRIME
        mixed ^= mixed >> np.uint64(29)
    return mixed
