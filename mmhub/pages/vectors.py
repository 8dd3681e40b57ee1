"""The embeddings of a version, piece by piece: of what is kept, as its columns hold them."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as kinds

from mmhub.pages.opened import Opened


def embeddings(opened: Opened) -> dict[str, dict[str, Any]]:
    """Return the columns that hold vectors, each with what it says of itself."""
    found = {}
    for field in opened.tables.kept.schema:
        inner = field.type.value_type if kinds.is_list(field.type) else field.type
        # A field whose values are several numbers, such as boxes, holds float64.
        if kinds.is_fixed_size_list(inner) and kinds.is_float32(inner.value_type):
            found[field.name] = json.loads((field.metadata or {}).get(b"mmhub", b"{}"))
    return found


def pieces(opened: Opened, name: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the units that have a vector, int64[n], and the vectors, float32[n, dim], a file of columns at a time.

    A list has the mean of its vectors. What is asked for is read, and given back before the next.
    """
    start = 0
    for chunk in opened.tables.kept[name].chunks:
        places = opened.tables.places[start : start + len(chunk)]
        start += len(chunk)
        there, vectors = _of_chunk(chunk)
        yield places[there], vectors


def of_units(opened: Opened, name: str, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return those of some units that have a vector, and these."""
    found: list[tuple[np.ndarray, np.ndarray]] = []
    start, wanted = 0, opened.places[units]
    for chunk in opened.tables.kept[name].chunks:
        mine = wanted[(wanted >= start) & (wanted < start + len(chunk))] - start
        if len(mine):
            there, vectors = _of_chunk(chunk.take(pa.array(mine)))
            found.append((opened.tables.places[start + mine[there]], vectors))
        start += len(chunk)
    if not found:
        return np.zeros(0, np.int64), np.zeros((0, 0), np.float32)
    return np.concatenate([each[0] for each in found]), np.concatenate([each[1] for each in found])


def _of_chunk(chunk: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    if not kinds.is_list(chunk.type):
        return _flat(chunk)
    lengths = np.diff(np.asarray(chunk.offsets))
    rows = np.repeat(np.arange(len(chunk)), lengths)
    inner, vectors = _flat(chunk.flatten())
    rows = rows[inner]
    there, starts = np.unique(rows, return_index=True)
    if not len(there):
        return there, vectors
    sums = np.add.reduceat(vectors, starts, axis=0)
    return there, sums / np.diff([*starts, len(rows)])[:, None]


def _flat(chunk: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    there = np.flatnonzero(np.asarray(chunk.is_valid(), dtype=bool))
    size = chunk.type.list_size
    whole = np.asarray(chunk.values).reshape(-1, size)[chunk.offset : chunk.offset + len(chunk)]
    return there, (whole if len(there) == len(chunk) else whole[there])
