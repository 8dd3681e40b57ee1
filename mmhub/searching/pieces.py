"""A column of vectors, piece by piece, as its files lie: mapped into memory, and read where it is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from mmhub.blocks import read_table
from mmhub.store import Store
from mmhub.version import Version

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


def pieces(version: Version, store: Store, column: str) -> Iterator[Piece]:
    """Yield the vectors of a column and the rows they are of, split by split, in the order of the files."""
    for split, about in version.manifest["splits"].items():
        for name in about["columns"]:
            table = read_table(store.objects / name)
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
        lengths = np.asarray(pc.fill_null(pc.list_value_length(values), 0)).astype(np.int64)
        rows = np.repeat(rows, lengths)
        places = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        values = values.flatten()
    at = np.flatnonzero(np.asarray(values.is_valid(), dtype=bool))
    flat = np.asarray(values.values).reshape(-1, values.type.list_size)[values.offset : values.offset + len(values)]
    return Piece(split, batch, rows[at], places[at], flat, at)
