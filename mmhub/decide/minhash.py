"""Which units resemble an earlier one, by MinHash signatures: read as they are compared, and never all held."""

from collections.abc import Callable

import numpy as np

from mmhub.decide.duplicates import neighbours, repeated

_BAND = 4
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_CROWD = 64
_AT_ONCE = 4096
"""Signatures held at a time: two megabytes of 128 numbers each."""

Read = Callable[[np.ndarray], np.ndarray]
"""Returns the signatures at some places, int64[m], as uint32[m, k]."""


def resembles(read: Read, count: int, *, at_least: float) -> np.ndarray:
    """Return, as int64[count], which earlier of ``count`` MinHash signatures each one resembles, or -1.

    Two are alike where a share of ``at_least`` of their numbers agrees (Broder, On the resemblance and containment
    of documents, 1997). Candidates are those that agree in one band of four numbers in a row (Leskovec,
    Rajaraman and Ullman, Mining of massive datasets, 3.4); of a crowd that agrees in one, each is compared with
    the 64 that follow it.
    """
    whole, bands = _sketched(read, count)
    _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    return repeated(first, inverse, lambda heads: _alike(read, bands[:, heads], heads, at_least))


def _sketched(read: Read, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a hash of each signature, uint64[count], and one of each of its bands, uint32[bands, count]."""
    whole, bands = np.zeros(count, np.uint64), np.zeros((0, count), np.uint32)
    for start in range(0, count, _AT_ONCE):
        places = np.arange(start, min(count, start + _AT_ONCE))
        signatures = read(places)
        starts = range(0, signatures.shape[1] - _BAND + 1, _BAND)
        if not start:
            bands = np.zeros((len(starts), count), np.uint32)
        whole[places] = _mixed(signatures)
        for n, band in enumerate(starts):
            bands[n, places] = (_mixed(signatures[:, band : band + _BAND]) >> np.uint64(32)).astype(np.uint32)
    return whole, bands


def _mixed(signatures: np.ndarray) -> np.ndarray:
    """Return a 64-bit hash of each signature, column by column: sorting the signatures themselves would copy them."""
    mixed = np.zeros(len(signatures), dtype=np.uint64)
    for column in signatures.T:
        mixed = (mixed ^ column) * _PRIME
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _alike(read: Read, bands: np.ndarray, heads: np.ndarray, at_least: float) -> list[tuple[int, int]]:
    """Return the pairs (later, earlier) of places in ``heads`` whose signatures are alike, the later ascending."""

    def near(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        alike = np.zeros(len(one), bool)
        for start in range(0, len(one), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            agreeing = (read(heads[one[some]]) == read(heads[other[some]])).mean(axis=1)
            alike[some] = agreeing >= at_least
        return alike

    found: set[tuple[int, int]] = set()
    for groups in bands:
        order = np.argsort(groups, kind="stable")
        found.update(neighbours(groups[order], order, near, _CROWD))
    return sorted(found)
