"""The embeddings of a version as a page asks for them: one vector for each row, of what is kept."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow.types as kinds

from mmhub.pages.opened import Opened
from mmhub.searching.pieces import Piece
from mmhub.searching.pieces import pieces as stored
from mmhub.searching.searched import Kept

Vectors = tuple[np.ndarray, np.ndarray]
"""Units int64[n] that have a vector, and these vectors, float32[n, dim]. A list has the mean of its vectors."""


def embeddings(opened: Opened) -> dict[str, dict[str, Any]]:
    """Return the columns that hold vectors, each with what it says of itself."""
    found = {}
    for field in opened.tables.kept.schema:
        inner = field.type.value_type if kinds.is_list(field.type) else field.type
        # A field whose values are several numbers, such as boxes, holds float64.
        if kinds.is_fixed_size_list(inner) and kinds.is_float32(inner.value_type):
            found[field.name] = json.loads((field.metadata or {}).get(b"mmhub", b"{}"))
    return found


def pieces(opened: Opened, name: str) -> Iterator[Vectors]:
    """Yield the vectors of all that is kept, some thousand rows at a time; what was read is given back meanwhile."""
    for start, piece in _placed(opened, name):
        rows, vectors = mean(piece.rows, piece.vectors)
        yield opened.tables.places[start + rows], vectors


def of_units(opened: Opened, name: str, units: np.ndarray) -> Vectors:
    """Return the vectors of those of some units that are kept, and have one."""
    wanted = np.sort(opened.places[units])
    found = [(np.zeros(0, np.int64), np.zeros((0, 0), np.float32))]
    for start, piece in _placed(opened, name):
        some = np.flatnonzero(np.isin(start + piece.rows, wanted))
        if len(some):
            mine = piece.take(some)
            rows, vectors = mean(mine.rows, mine.vectors)
            found.append((opened.tables.places[start + rows], vectors))
    return joined(found)


def joined(several: list[Vectors]) -> Vectors:
    """Return several vectors as one; such as are none have any length."""
    there = [each for each in several if len(each[0])] or several[:1]
    return np.concatenate([each[0] for each in there]), np.concatenate([each[1] for each in there])


def mean(rows: np.ndarray, vectors: np.ndarray) -> Vectors:
    """Return the rows, int64[m], that ascending ``rows`` int64[n] name, and of each the mean of its vectors."""
    named, starts = np.unique(rows, return_index=True)
    if len(named) == len(rows):
        return named, vectors
    return named, np.add.reduceat(vectors, starts, axis=0) / np.diff([*starts, len(rows)])[:, None]


def _placed(opened: Opened, name: str) -> Iterator[tuple[int, Piece]]:
    """Yield the vectors of a column, and where among the rows that are kept the first row of each piece is."""
    start = 0
    for piece in stored(Kept(opened.version, opened.store), name):
        yield start, piece
        start += len(piece.batch)
