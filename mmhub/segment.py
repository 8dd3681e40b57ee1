"""One row into many units, by the segments of one of its values, before anything is measured on them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT, KEY, Blocks, as_keys
from mmhub.bound import Bindings, Bound
from mmhub.facts import MESSAGE, REASON, blocks_of
from mmhub.operators import Segment
from mmhub.sources.stamps import read_keys
from mmhub.store import Store
from mmhub.units import Fault, Items, Units
from mmhub.workers.jobs import Job, Limits, Result, Setup, Value
from mmhub.workers.pool import Pool

_AT_ONCE = 256
_SEGMENTS = "segments"


@dataclass
class Cut:
    """The units after cutting, by the id of each row that was cut into how many, and the sha256 of what was cut."""

    units: Units
    parents: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)


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

    A row whose value cannot be had or decoded, or in which nothing is found to cut, stays one unit. Segments are
    kept under the sha256 of their parent, so that no value is cut twice.
    """
    bound = bindings.segment
    if bound is None:
        return Cut(units)
    items = units.items[bound.fields[0]]
    read_keys(items, np.arange(len(items)), threads=workers)
    setup = Setup((bound,), dict(bindings.modalities), {}, limits)
    found = _segments(setup, bound, items, store, workers=workers, progress=progress)
    return _replaced(units, bound.fields[0], found)


def _segments(
    setup: Setup, bound: Bound, items: Items, store: Store, *, workers: int, progress: Callable[[int, int], None]
) -> list[list[dict[str, Any]]]:
    """Return the segments of every item, as plain data; note the faults of those that cannot be cut."""
    blocks = blocks_of(bound, store)
    lacking = np.flatnonzero((blocks.positions(items.keys) == ABSENT) & items.known)
    _, first = np.unique(items.keys[lacking], axis=0, return_index=True)
    lacking = lacking[np.sort(first)]
    if len(lacking):
        pool = Pool(setup, workers=workers)
        try:
            for start in range(0, len(lacking), _AT_ONCE):
                some = lacking[start : start + _AT_ONCE]
                jobs = [
                    Job(int(item), [Value(bound.fields[0], int(item), items.value(int(item)), (0,))]) for item in some
                ]
                results = [pool.submit(jobs[n : n + 4]) for n in range(0, len(jobs), 4)]
                answers = [result for each in results for result in each.result()]
                blocks = blocks.append(_table(items.keys[some], answers))
                progress(start + len(some), len(lacking))
        finally:
            pool.close()
    return _known(items, blocks)


def _table(keys: np.ndarray, results: Sequence[Result]) -> pa.Table:
    """Return what was cut as a block."""
    text = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("text", pa.string()), ("bytes", pa.binary())])
    faults, cuts = [], []
    for result in results:
        answer = result.answers[0]
        found = answer.fault or answer.found.get(0)
        faults.append(found if isinstance(found, Fault) else None)
        cuts.append([_plain(each) for each in found] if isinstance(found, Sequence) else None)
    return pa.table(
        {
            "key": as_keys(keys),
            REASON: pa.array([fault.reason if fault else None for fault in faults], pa.string()),
            MESSAGE: pa.array([fault.message if fault else None for fault in faults], pa.string()),
            _SEGMENTS: pa.array(cuts, pa.list_(text)),
        },
        schema=pa.schema([("key", KEY), (REASON, pa.string()), (MESSAGE, pa.string()), (_SEGMENTS, pa.list_(text))]),
    )


def _plain(segment: Segment) -> dict[str, Any]:
    textual = isinstance(segment.value, str)
    return {
        "start": segment.start,
        "end": segment.end,
        "text": segment.value if textual else None,
        "bytes": None if textual else segment.value,
    }


def _known(items: Items, blocks: Blocks) -> list[list[dict[str, Any]]]:
    positions = blocks.positions(items.keys)
    positions[~items.known] = ABSENT
    if not blocks.names:
        return [[] for _ in range(len(items))]
    taken = blocks.take(positions, [REASON, MESSAGE, _SEGMENTS])
    for item, (reason, message) in enumerate(
        zip(*(taken[name].to_pylist() for name in (REASON, MESSAGE)), strict=True)
    ):
        if reason is not None:
            items.faults[item] = Fault(reason, message or "")
    return [segments or [] for segments in taken[_SEGMENTS].to_pylist()]


def _replaced(units: Units, name: str, found: Sequence[Sequence[Mapping[str, Any]]]) -> Cut:
    """Return units of which rows with segments have become one unit per segment."""
    of_row: dict[int, Sequence[Mapping[str, Any]]] = {}
    digests: dict[str, str] = {}
    for item, (row, segments) in enumerate(zip(units.items[name].rows.tolist(), found, strict=True)):
        if segments:
            of_row[row] = segments
            digests[units.ids[row].as_py()] = units.items[name].keys[item].tobytes().hex()
    sources: list[int] = []
    ids: list[str] = []
    pieces: list[Mapping[str, Any] | None] = []
    parents: dict[str, int] = {}
    for row, row_id in enumerate(units.ids.to_pylist()):
        several = of_row.get(row)
        if several:
            parents[row_id] = len(several)
        for n, piece in enumerate(several or (None,)):
            sources.append(row)
            ids.append(row_id if piece is None else f"{row_id}#{n}")
            pieces.append(piece)
    origin = np.asarray(sources, dtype=np.int64)
    items = {field: _repeated(each, origin) for field, each in units.items.items() if field != name}
    items[name] = _cut_items(units.items[name], origin, pieces)
    ordered = {field: items[field] for field in units.items}
    plain = {field: column.take(pa.array(origin)) for field, column in units.plain.items()}
    splits = units.splits.take(pa.array(origin))
    faults = {
        field: {n: found[row] for n, row in enumerate(sources) if row in found} for field, found in units.faults.items()
    }
    return Cut(Units(pa.array(ids, units.ids.type), splits, ordered, plain, faults), parents, digests)


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


def _cut_items(items: Items, origin: np.ndarray, pieces: Sequence[Mapping[str, Any] | None]) -> Items:
    """Return the items of the field that was cut: segments, and the values that stayed whole."""
    made = _Gathered()
    for unit, (row, piece) in enumerate(zip(origin.tolist(), pieces, strict=True)):
        if piece is not None:
            made.add_segment(unit, piece["text"], piece["bytes"])
            continue
        for item in range(*np.searchsorted(items.rows, (row, row + 1)).tolist()):
            made.add_whole(unit, items, item)
    return made.items(textual=items.texts is not None)


@dataclass
class _Gathered:
    rows: list[int] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)
    stamps: list[bytes | None] = field(default_factory=list)
    inline: dict[int, bytes] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)

    def add_segment(self, unit: int, text: str | None, data: bytes | None) -> None:
        content = text.encode() if text is not None else data or b""
        if text is None:
            self.inline[len(self.rows)] = content
        self._add(unit, hashlib.sha256(content).digest(), True, text, None)

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
            inline=self.inline,
            faults=self.faults,
        )
