"""What values were cut into, as blocks of the store, and read from there only when it is asked for."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT, KEY, Blocks, as_keys
from mmhub.facts import MESSAGE, REASON
from mmhub.faults import Fault
from mmhub.operators import Segment

_SEGMENTS = "segments"
_CONTENT = pa.struct([("sha256", KEY), ("text", pa.large_string()), ("bytes", pa.large_binary())])
_SEGMENT = pa.struct(
    [
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("contents", pa.list_(_CONTENT)),
        (REASON, pa.string()),
        (MESSAGE, pa.string()),
    ]
)
_SCHEMA = pa.schema([("key", KEY), (REASON, pa.string()), (MESSAGE, pa.string()), (_SEGMENTS, pa.large_list(_SEGMENT))])


@dataclass(frozen=True, slots=True)
class Content:
    """What a segment holds of one field: a text, or bytes that lie in the store; and their sha256."""

    key: bytes
    text: str | None
    data: pa.Scalar


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment of a row: where it lay, and what it holds of each field that was cut; or why it cannot be had."""

    start: int
    end: int
    contents: tuple[Content | None, ...]
    fault: Fault | None = None


class Stored(Mapping[int, bytes]):
    """The bytes of items, of which those of segments are read from the store whenever they are asked for."""

    def __init__(self, held: Mapping[int, bytes | pa.Scalar]) -> None:
        self._held = held

    def __getitem__(self, item: int) -> bytes:
        found = self._held[item]
        return found if isinstance(found, bytes) else found.as_py()

    def __contains__(self, item: object) -> bool:
        return item in self._held

    def __iter__(self) -> Iterator[int]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


def block_of(keys: np.ndarray, found: Sequence[Sequence[Segment | Fault] | Fault]) -> pa.Table:
    """Return as a block what values with the keys uint8[n, 32] were cut into, or why they could not be cut."""
    faults = [each if isinstance(each, Fault) else None for each in found]
    cuts = [None if isinstance(each, Fault) else [_plain(segment) for segment in each] for each in found]
    columns = [
        as_keys(keys),
        pa.array([fault.reason if fault else None for fault in faults], pa.string()),
        pa.array([fault.message if fault else None for fault in faults], pa.string()),
        pa.array(cuts, pa.large_list(_SEGMENT)),
    ]
    return pa.table(columns, schema=_SCHEMA)


def pieces_at(blocks: Blocks, positions: np.ndarray) -> Iterator[list[Piece] | Fault]:
    """Yield what is known of the values at ``positions``: pieces, none where a position is -1, or a fault."""
    for position in positions.tolist():
        if position == ABSENT:
            yield []
            continue
        reason = blocks.table[REASON][position].as_py()
        if reason is not None:
            yield Fault(reason, blocks.table[MESSAGE][position].as_py() or "")
            continue
        # The values of a scalar are a view: no bytes of a piece are touched here.
        yield _pieces(blocks.table[_SEGMENTS][position].values)


def _plain(segment: Segment | Fault) -> dict[str, Any]:
    if isinstance(segment, Fault):
        return {"start": 0, "end": 0, "contents": [], REASON: segment.reason, MESSAGE: segment.message}
    contents = [None if each is None else _content(each) for each in (segment.value, *segment.beside)]
    return {"start": segment.start, "end": segment.end, "contents": contents}


def _content(value: str | bytes) -> dict[str, Any]:
    textual = isinstance(value, str)
    data = value.encode() if isinstance(value, str) else value
    key = hashlib.sha256(data).digest()
    return {"sha256": key, "text": value if textual else None, "bytes": None if textual else data}


def _pieces(segments: pa.StructArray) -> list[Piece]:
    starts, ends = segments.field("start").to_pylist(), segments.field("end").to_pylist()
    several = (each.values for each in segments.field("contents"))
    reasons, messages = segments.field(REASON).to_pylist(), segments.field(MESSAGE).to_pylist()
    faults = [
        None if reason is None else Fault(reason, message) for reason, message in zip(reasons, messages, strict=True)
    ]
    return [
        Piece(start, end, tuple(_contents(contents)), fault)
        for start, end, contents, fault in zip(starts, ends, several, faults, strict=True)
    ]


def _contents(contents: pa.StructArray) -> Iterator[Content | None]:
    keys, texts, data = (contents.field(name) for name in ("sha256", "text", "bytes"))
    for place, there in enumerate(contents.is_valid().to_pylist()):
        yield Content(keys[place].as_py(), texts[place].as_py(), data[place]) if there else None
