"""A column of vectors, piece by piece, as its files lie: mapped into memory, and read where it is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from mmhub.searching.searched import Searched

_ROWS = 8_192
"""Rows at a time: so many vectors, and the lists they may be in, take some tens of megabytes."""


@dataclass(frozen=True)
class Piece:
    """Some rows of a split, and those vectors they have: a row of a list field has several, or none.

    ``rows`` int64[n] is the row of each vector in ``batch``, ascending, and ``places`` int64[n] its place in the
    list of that row. ``flat`` float32[m, dim] holds the vectors as they lie, and ``at`` int64[n] says where in it.
    """

    split: str
    batch: pa.RecordBatch
    rows: np.ndarray
    places: np.ndarray
    flat: np.ndarray
    at: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    @property
    def vectors(self) -> np.ndarray:
        """The vectors float32[n, dim]: as they lie, where all are wanted, or else a copy."""
        return self.flat if len(self.at) == len(self.flat) else self.flat[self.at]

    def take(self, some: np.ndarray) -> "Piece":
        """Return the piece with some of its vectors, int64 places in ascending order."""
        return replace(self, rows=self.rows[some], places=self.places[some], at=self.at[some])


def pieces(searched: Searched, column: str) -> Iterator[Piece]:
    """Yield the vectors of a column and the rows they are of, split by split, in the order of the files."""
    for split, table in searched.tables(column):
        kind = table.schema.field(column).type
        # Where no value could be encoded, nobody knows how long vectors are.
        if kinds.is_fixed_size_list(kind) or kinds.is_fixed_size_list(kind.value_type):
            for batch in table.to_batches(max_chunksize=_ROWS):
                yield _piece(split, batch, batch[column])


def chosen(several: Iterator[Piece], wanted: np.ndarray) -> Iterator[Piece]:
    """Yield of several pieces the vectors at ``wanted``, int64, counted through all of them."""
    start, wanted = 0, np.unique(wanted)
    for piece in several:
        some = wanted[np.searchsorted(wanted, start) : np.searchsorted(wanted, start + len(piece))] - start
        start += len(piece)
        if len(some):
            yield piece.take(some)


def _piece(split: str, batch: pa.RecordBatch, values: pa.Array) -> Piece:
    rows = np.arange(len(values))
    places = np.zeros(len(values), np.int64)
    if kinds.is_list(values.type):
        rows = _numbers(pc.list_parent_indices(values), np.int64)
        places = np.arange(len(rows)) - np.searchsorted(rows, rows)
        values = values.flatten()
    at = _numbers(pc.indices_nonzero(values.is_valid()), np.uint64).astype(np.int64)
    dim = values.type.list_size
    flat = _numbers(values.values, np.float32).reshape(-1, dim)[values.offset : values.offset + len(values)]
    return Piece(split, batch, rows[at], places[at], flat, at)


def _numbers(array: pa.Array, kind: type[np.generic]) -> np.ndarray:
    """Return an array of numbers as it lies; pyarrow's own way imports pandas, which takes longer than a search."""
    if not len(array):
        return np.zeros(0, kind)
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]
