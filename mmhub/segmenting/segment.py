"""One row into many units, by the segments of its values, before anything is measured on them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bindings, Bound
from mmhub.blocks import ABSENT
from mmhub.facts import Subjects, blocks_of, joint_key, partners, subjects
from mmhub.faults import Fault
from mmhub.operators import SpanOptions
from mmhub.segmenting.cutting import cut_lacking
from mmhub.segmenting.pieces import Piece, pieces_at
from mmhub.segmenting.portions import WHOLE, pieces_of, repeated, shared, shared_plain
from mmhub.segmenting.spans import Spans
from mmhub.sources.stamps import read_keys
from mmhub.store import Store
from mmhub.units import Items, Units
from mmhub.workers.jobs import Limits, Setup

_SECOND_NS = 1_000_000_000


@dataclass
class Cut:
    """The units after cutting, and what they were cut from.

    ``parents`` holds, by the id of each row that was cut, into how many, ``digests`` by field the sha256 of what was
    cut, and ``spans``, by the id of each segment, where it lay, in ns or characters. ``keys`` holds, by the id of each
    row that was cut or could not be, under what that is known.
    """

    units: Units
    parents: dict[str, int] = field(default_factory=dict)
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)


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
    about, spans = subjects(bound, units), None
    if isinstance(bound.options, SpanOptions):
        spans = Spans(bound.options, units)
        told = {row for name in bound.spread for row in units.faults.get(name, ())}
        uneven = {row: fault for row, fault in spans.faults.items() if row not in told}
        units.faults[bound.options.start].update(uneven)
        about = _spanned(about, spans)
    setup = Setup((bound,), dict(bindings.modalities), {}, limits)
    cut_lacking(setup, bound, units, about, spans, store, workers=workers, progress=progress)
    return _replaced(units, bound, about, list(_known(bound, units, about, store)))


def _spanned(about: Subjects, spans: Spans) -> Subjects:
    """Return what is to be cut at spans: rows that have any, known by their value and by these."""
    known = about.known & (spans.counts[about.rows] > 0)
    known &= ~np.isin(about.rows, list(spans.faults))
    keys = about.keys.copy()
    for item in np.flatnonzero(known).tolist():
        both = joint_key([keys[item].tobytes(), spans.key(int(about.rows[item]))])
        keys[item] = np.frombuffer(both, dtype=np.uint8)
    return replace(about, keys=keys, known=known)


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


def _replaced(units: Units, bound: Bound, about: Subjects, found: Sequence[Sequence[Piece]]) -> Cut:
    """Return units of which rows with segments have become one unit per segment."""
    fields = (*bound.fields, *bound.beside)
    of_row = {row: several for row, several in zip(about.rows.tolist(), found, strict=True) if several}
    key_of = {int(about.rows[item]): about.keys[item].tobytes() for item in np.flatnonzero(about.known).tolist()}
    made = Cut(units)
    sources: list[int] = []
    numbers: list[int] = []
    ids: list[str] = []
    pieces: list[Piece | None] = []
    for row, row_id in enumerate(units.ids.to_pylist()):
        several = of_row.get(row)
        if row in key_of:
            made.keys[row_id] = key_of[row]
        if several:
            made.parents[row_id] = len(several)
            made.digests[row_id] = _digests(units, fields, row)
        for n, piece in enumerate(several or (None,)):
            sources.append(row)
            numbers.append(WHOLE if piece is None else n)
            ids.append(row_id if piece is None else f"{row_id}#{n}")
            pieces.append(piece)
            if piece is not None and piece.fault is None:
                made.spans[ids[-1]] = (piece.start, piece.end)
    made.units = _units(units, bound, np.asarray(sources, dtype=np.int64), np.asarray(numbers), ids, pieces)
    return made


def _units(
    units: Units,
    bound: Bound,
    origin: np.ndarray,
    numbers: np.ndarray,
    ids: Sequence[str],
    pieces: Sequence[Piece | None],
) -> Units:
    """Return units called ``ids``, each of which is a piece of row ``origin``, of several the one of its number."""
    fields = (*bound.fields, *bound.beside)

    def part(name: str, items: Items) -> Items:
        if name in fields:
            return pieces_of(items, origin, pieces, fields.index(name))
        return shared(items, origin, numbers) if name in bound.spread else repeated(items, origin)

    plain = {
        name: shared_plain(each, origin, numbers) if name in bound.spread else each.take(pa.array(origin))
        for name, each in units.plain.items()
    }
    if isinstance(bound.options, SpanOptions) and bound.options.begin:
        plain[bound.options.begin] = _begins(pieces)
    return Units(
        ids=pa.array(ids, units.ids.type),
        splits=units.splits.take(pa.array(origin)),
        items={name: part(name, each) for name, each in units.items.items()},
        plain=plain,
        faults={
            name: {n: found[row] for n, row in enumerate(origin.tolist()) if row in found}
            for name, found in units.faults.items()
        },
    )


def _begins(pieces: Sequence[Piece | None]) -> pa.Array:
    """Return when each piece begins, in seconds; null where there is none."""
    starts = [None if piece is None or piece.fault else piece.start / _SECOND_NS for piece in pieces]
    return pa.array(starts, pa.float64())


def _digests(units: Units, fields: Sequence[str], row: int) -> dict[str, str]:
    """Return, by field, the sha256 of the values of a row that were cut."""
    found = {}
    for name in fields:
        (item,) = partners(units.items[name], np.array([row])).tolist()
        if item != ABSENT:
            found[name] = units.items[name].keys[item].tobytes().hex()
    return found
