"""What the units hold that rows have become which were cut: pieces of what was cut, and of the rest each its share."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.faults import Fault
from mmhub.segmenting.pieces import Content, Piece, Stored
from mmhub.units import Items

WHOLE = -1
"""Stands for the number of a segment where a row was not cut."""


def pieces_of(items: Items, origin: np.ndarray, pieces: Sequence[Piece | None], place: int) -> Items:
    """Return the items of a field that was cut: what segments hold of it, and the values that stayed whole.

    ``origin`` int64[units] is the row each unit was cut from, and ``place`` where the field stands in each piece.
    """
    made = _Gathered()
    for unit, (row, piece) in enumerate(zip(origin.tolist(), pieces, strict=True)):
        if piece is None:
            for item in range(*np.searchsorted(items.rows, (row, row + 1)).tolist()):
                made.add_whole(unit, items, item)
        elif piece.fault is not None:
            if not place:
                made.add_fault(unit, piece.fault)
        elif (content := piece.contents[place]) is not None:
            made.add_piece(unit, content)
    return made.items(textual=items.texts is not None)


def repeated(items: Items, origin: np.ndarray) -> Items:
    """Return the items of a field that was not cut, once for each unit of their row."""
    starts, ends = np.searchsorted(items.rows, origin), np.searchsorted(items.rows, origin, side="right")
    counts = ends - starts
    rows = np.repeat(np.arange(len(origin)), counts)
    old = np.repeat(starts, counts) + np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return _taken(items, rows, old)


def shared(items: Items, origin: np.ndarray, numbers: np.ndarray) -> Items:
    """Return the items of a field with a value for each segment: for every unit the one of its number.

    A row that was not cut keeps the value it has alone.
    """
    starts, ends = np.searchsorted(items.rows, origin), np.searchsorted(items.rows, origin, side="right")
    there = _has_share(ends - starts, numbers)
    return _taken(items, np.flatnonzero(there), (starts + np.maximum(numbers, 0))[there])


def shared_plain(column: pa.ListArray, origin: np.ndarray, numbers: np.ndarray) -> pa.Array:
    """Return a column of lists as one of values, as `shared` does."""
    counts = np.asarray(pc.fill_null(pc.list_value_length(column), 0), dtype=np.int64)[origin]
    places = np.asarray(column.offsets, dtype=np.int64)[origin] + np.maximum(numbers, 0)
    return column.values.take(pa.array(places, mask=~_has_share(counts, numbers)))


def _has_share(counts: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return whether there is a value for each unit, bool, by how many its row has."""
    return np.where(numbers == WHOLE, counts == 1, counts > numbers)


def _taken(items: Items, rows: np.ndarray, old: np.ndarray) -> Items:
    return Items(
        rows=rows,
        keys=items.keys[old],
        known=items.known[old],
        texts=None if items.texts is None else items.texts.take(pa.array(old)),
        paths=None if items.paths is None else items.paths.take(pa.array(old)),
        stamps=None if items.stamps is None else items.stamps.take(pa.array(old)),
        inline={n: items.inline[each] for n, each in enumerate(old.tolist()) if each in items.inline},
        faults={n: items.faults[each] for n, each in enumerate(old.tolist()) if each in items.faults},
    )


@dataclass
class _Gathered:
    rows: list[int] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)
    stamps: list[bytes | None] = field(default_factory=list)
    inline: dict[int, bytes | pa.Scalar] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)

    def add_piece(self, unit: int, content: Content) -> None:
        if content.text is None:
            self.inline[len(self.rows)] = content.data
        self._add(unit, content.key, True, content.text, None)

    def add_fault(self, unit: int, fault: Fault) -> None:
        self.faults[len(self.rows)] = fault
        self._add(unit, bytes(32), False, None, None)

    def add_whole(self, unit: int, items: Items, item: int) -> None:
        if item in items.faults:
            self.faults[len(self.rows)] = items.faults[item]
        if item in items.inline:
            self.inline[len(self.rows)] = items.inline[item]
        values = items.texts if items.texts is not None else items.paths
        assert values is not None
        stamp = None if items.stamps is None else items.stamps[item].as_py()
        self._add(unit, items.keys[item].tobytes(), bool(items.known[item]), values[item].as_py(), stamp)

    def _add(self, unit: int, key: bytes, known: bool, value: str | None, stamp: bytes | None) -> None:
        self.rows.append(unit)
        self.keys.append(key)
        self.known.append(known)
        self.values.append(value)
        self.stamps.append(stamp)

    def items(self, *, textual: bool) -> Items:
        values = pa.array(self.values, pa.large_string())
        return Items(
            rows=np.asarray(self.rows, dtype=np.int64),
            keys=np.frombuffer(bytearray(b"".join(self.keys)), dtype=np.uint8).reshape(-1, 32),
            known=np.asarray(self.known, dtype=bool),
            texts=values if textual else None,
            paths=None if textual else values,
            stamps=None if textual else pa.array(self.stamps, pa.binary(24)),
            inline=Stored(self.inline),
            faults=self.faults,
        )
