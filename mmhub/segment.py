"""One row into many units, by the segments of its values, before anything is measured on them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bindings, Bound
from mmhub.blocks import ABSENT
from mmhub.cutting import cut_lacking
from mmhub.facts import Subjects, blocks_of, partners, subjects
from mmhub.pieces import Content, Piece, Stored, pieces_at
from mmhub.sources.stamps import read_keys
from mmhub.store import Store
from mmhub.units import Fault, Items, Units
from mmhub.workers.jobs import Limits, Setup


@dataclass
class Cut:
    """The units after cutting, and what they were cut from.

    ``parents`` holds, by the id of each row that was cut, into how many, ``digests`` by field the sha256 of what was
    cut, and ``spans``, by the id of each segment, where it lay, in ns or characters.
    """

    units: Units
    parents: dict[str, int] = field(default_factory=dict)
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)


def cut(
    bindings: Bindings,
    units: Units,
    store: Store,
    *,
    workers: int,
    limits: Limits,
    progress: Callable[[int, int], None],
) -> Cut:
    """Return ``units`` with each row replaced by one unit per segment, called ``<row_id>#<n>``.

    A row of which a value cannot be had or decoded, or in which nothing is found to cut, stays one unit. Segments are
    kept under the sha256 of what they were cut from, so that no value is cut twice, and read from there when they are
    measured.
    """
    bound = bindings.segment
    if bound is None:
        return Cut(units)
    for name in (*bound.fields, *bound.beside):
        read_keys(units.items[name], np.arange(len(units.items[name])), threads=workers)
    about = subjects(bound, units)
    setup = Setup((bound,), dict(bindings.modalities), {}, limits)
    cut_lacking(setup, bound, units, about, store, workers=workers, progress=progress)
    return _replaced(units, bound, list(_known(bound, units, about, store)))


def _known(bound: Bound, units: Units, about: Subjects, store: Store) -> Iterator[list[Piece]]:
    """Yield the pieces of every item; note the faults of those that cannot be cut."""
    blocks = blocks_of(bound, store)
    positions = blocks.positions(about.keys)
    positions[~about.known] = ABSENT
    for item, found in enumerate(pieces_at(blocks, positions)):
        if isinstance(found, Fault):
            units.items[bound.fields[0]].faults[item] = found
            yield []
        else:
            yield found


def _replaced(units: Units, bound: Bound, found: Sequence[Sequence[Piece]]) -> Cut:
    """Return units of which rows with segments have become one unit per segment."""
    fields = (*bound.fields, *bound.beside)
    of_row = {row: several for row, several in zip(units.items[fields[0]].rows.tolist(), found, strict=True) if several}
    made = Cut(units)
    sources: list[int] = []
    ids: list[str] = []
    pieces: list[Piece | None] = []
    for row, row_id in enumerate(units.ids.to_pylist()):
        several = of_row.get(row)
        if several:
            made.parents[row_id] = len(several)
            made.digests[row_id] = _digests(units, fields, row)
        for n, piece in enumerate(several or (None,)):
            sources.append(row)
            ids.append(row_id if piece is None else f"{row_id}#{n}")
            pieces.append(piece)
            if piece is not None:
                made.spans[ids[-1]] = (piece.start, piece.end)
    origin = np.asarray(sources, dtype=np.int64)
    items = {
        name: _cut_items(each, origin, pieces, fields.index(name)) if name in fields else _repeated(each, origin)
        for name, each in units.items.items()
    }
    plain = {name: column.take(pa.array(origin)) for name, column in units.plain.items()}
    splits = units.splits.take(pa.array(origin))
    faults = {
        name: {n: found[row] for n, row in enumerate(sources) if row in found} for name, found in units.faults.items()
    }
    made.units = Units(pa.array(ids, units.ids.type), splits, items, plain, faults)
    return made


def _digests(units: Units, fields: Sequence[str], row: int) -> dict[str, str]:
    """Return, by field, the sha256 of the values of a row that were cut."""
    found = {}
    for name in fields:
        (item,) = partners(units.items[name], np.array([row])).tolist()
        if item != ABSENT:
            found[name] = units.items[name].keys[item].tobytes().hex()
    return found


def _repeated(items: Items, origin: np.ndarray) -> Items:
    """Return the items of a field that was not cut, once for each unit of their row."""
    starts, ends = np.searchsorted(items.rows, origin), np.searchsorted(items.rows, origin, side="right")
    counts = ends - starts
    rows = np.repeat(np.arange(len(origin)), counts)
    old = np.repeat(starts, counts) + np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
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


def _cut_items(items: Items, origin: np.ndarray, pieces: Sequence[Piece | None], place: int) -> Items:
    """Return the items of a field that was cut: what segments hold of it, and the values that stayed whole."""
    made = _Gathered()
    for unit, (row, piece) in enumerate(zip(origin.tolist(), pieces, strict=True)):
        if piece is None:
            for item in range(*np.searchsorted(items.rows, (row, row + 1)).tolist()):
                made.add_whole(unit, items, item)
        elif (content := piece.contents[place]) is not None:
            made.add_piece(unit, content)
    return made.items(textual=items.texts is not None)


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
