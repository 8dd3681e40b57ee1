"""The values that a rule on duplicates compares, by their kind: hashes, signatures, vectors, or whatever is equal."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import pyarrow as pa

from mmhub.decide.duplicates.candidates import Alike, alike, arranged, unlike
from mmhub.decide.duplicates.cosine import EXACT, Cosine
from mmhub.decide.duplicates.hamming import Hamming
from mmhub.decide.duplicates.minhash import Read, Signatures, hashed
from mmhub.operators import Distinct

Take = Callable[[np.ndarray], pa.Array]
"""Returns the facts at some places, int64[m]."""
Holds = Callable[[np.ndarray], np.ndarray]
"""Returns at which places, int64[m], a fact is known, bool[m]."""
Kind = Literal["equal", "hash", "minhash", "vector"]

_HELD_BYTES = 8 << 20


def compared(take: Take, count: int, kind: Kind, rule: Distinct) -> tuple[np.ndarray, Alike]:
    """Return the number of each of ``count`` facts among distinct ones, int64[count], and which of these are alike.

    Facts have the same number where they are equal. Numbers go by the facts alone, whatever order they come in.
    """
    if kind == "equal":
        return _equal(take, count)
    if kind == "hash":
        hashes, numbers, _ = _numbered(np.asarray(take(np.arange(count)), dtype=np.uint64))
        return numbers, alike(Hamming(hashes, within=rule.within), len(hashes)) if rule.within else unlike(len(hashes))
    rows = _reader(take, count, np.uint32 if kind == "minhash" else np.float32)
    distinct, numbers, firsts = _numbered(hashed(lambda places: rows(places).view(np.uint32), count))

    def read(places: np.ndarray) -> np.ndarray:
        return rows(firsts[places])

    at_least = 1.0 if rule.at_least is None else rule.at_least
    if kind == "vector":
        return numbers, _turned(read, len(distinct), at_least)
    if at_least == 1:
        return numbers, unlike(len(distinct))
    return numbers, alike(Signatures(read, len(distinct), at_least=at_least, order=firsts), len(distinct))


def _equal(take: Take, count: int) -> tuple[np.ndarray, Alike]:
    values = take(np.arange(count))
    numbers: np.ndarray = np.asarray(values.dictionary_encode().indices if count else [], dtype=np.int64)
    return numbers, unlike(int(numbers.max(initial=-1)) + 1)


def _turned(read: Read, count: int, at_least: float) -> Alike:
    cosine = Cosine(read, count, at_least=at_least)
    return alike(cosine, count) if count > EXACT else arranged(*cosine.exactly(), count, cosine.near)


def _numbered(hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return distinct hashes, ascending; the place of each among them; and where each first stands."""
    distinct, firsts, numbers = np.unique(hashes, return_index=True, return_inverse=True)
    return distinct, numbers, firsts


def _reader(take: Take, count: int, dtype: type) -> Read:
    """Return what reads signatures or vectors: once, where they are few, as they are read several times."""
    one = _rows(take(np.zeros(min(count, 1), np.int64)), dtype)
    if one.nbytes * count > _HELD_BYTES:
        return lambda places: _rows(take(places), dtype)
    held = _rows(take(np.arange(count)), dtype)
    return lambda places: held[places]


def _rows(values: pa.Array, dtype: type) -> np.ndarray:
    """Return signatures or vectors as rows of numbers."""
    numbers: np.ndarray = np.ascontiguousarray(values.flatten(), dtype=dtype)
    return numbers.reshape(len(values), -1) if len(values) else numbers.reshape(0, 1)
