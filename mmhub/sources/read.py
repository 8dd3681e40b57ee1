"""The rows of a source, read into columns; no media is opened."""

import hashlib
import itertools
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.errors import SourceError, near
from mmhub.operators import Media, Row
from mmhub.recipe import Column
from mmhub.units import Fault, Items, Units

_CHUNK = 4096
_ARROW = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_()}
_WRONG = Fault("wrong-type", "")


def read(
    rows: Iterable[Row],
    columns: Mapping[str, Column],
    *,
    texts: frozenset[str],
    splits: Sequence[str] = (),
    limit: int | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> Units:
    """Return the rows of a source as units, at most ``limit`` of them, of ``splits`` where some are named.

    ``texts`` names the fields whose values are ``str``. Raises SourceError for a row without an id, an id that
    occurs twice, a field no row has, or a split that no row is in.
    """
    ids, names = _Strings(), _Strings()
    fields: dict[str, _Texts | _Files | _Plain] = {
        name: _Plain(column) if column.is_plain else (_Texts() if name in texts else _Files())
        for name, column in columns.items()
    }
    seen: set[str] = set()
    wanted, met = frozenset(splits), set()
    count = 0
    for number, row in enumerate(itertools.islice(_counted(rows, progress), None)):
        if limit is not None and count >= limit:
            break
        split = str(row.get("split") or "train")
        met.add(split)
        if wanted and split not in wanted:
            continue
        ids.add(_row_id(row, number))
        names.add(split)
        for name, column in columns.items():
            key = column.of or name
            if key in row:
                seen.add(name)
                fields[name].add(count, row[key])
            else:
                fields[name].add(count, None)
        count += 1
    _check(ids, seen, columns, count, wanted, met)
    return Units(
        ids=ids.array(),
        splits=names.array(),
        items={name: made.items() for name, made in fields.items() if not isinstance(made, _Plain)},
        plain={name: made.array() for name, made in fields.items() if isinstance(made, _Plain)},
    )


def _counted(rows: Iterable[Row], progress: Callable[[int], None]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number % 1000 == 0:
            progress(number)
        yield row


def _row_id(row: Row, number: int) -> str:
    row_id = row.get("row_id")
    if row_id is None or row_id == "":
        raise SourceError(f"row {number} of the source has no `row_id`: every row needs one that stays the same")
    # A file name need not be UTF-8, and often is the id.
    return str(row_id).encode(errors="backslashreplace").decode()


def _check(
    ids: "_Strings",
    seen: set[str],
    columns: Mapping[str, Column],
    count: int,
    wanted: frozenset[str],
    met: set[str],
) -> None:
    for name, column in columns.items():
        if count and name not in seen:
            raise SourceError(
                f"no row of the source has a field {column.of or name!r}: leave it out, or say `of:` what it is"
            )
    for split in sorted(wanted - met):
        raise SourceError(
            f"the source has no split {split!r}{near(split, met)}; it has {', '.join(sorted(met)) or 'no rows'}"
        )
    repeated = pc.value_counts(ids.array())
    twice = repeated.filter(pc.greater(repeated.field("counts"), 1))
    if len(twice):
        row_id = twice.field("values")[0].as_py()
        places = np.flatnonzero(np.asarray(pc.equal(ids.array(), row_id)))[:2]
        raise SourceError(f"the row id {row_id!r} occurs twice, in rows {places[0]} and {places[1]} of the source")


@dataclass
class _Strings:
    """Strings gathered in chunks, so that a long column costs what Arrow needs and no more."""

    chunks: list[pa.Array] = field(default_factory=list)
    open: list[str | None] = field(default_factory=list)

    def add(self, value: str | None) -> None:
        self.open.append(value)
        if len(self.open) >= _CHUNK:
            self.close()

    def close(self) -> None:
        self.chunks.append(pa.array(self.open, pa.large_string()))
        self.open = []

    def array(self) -> pa.Array:
        if self.open or not self.chunks:
            self.close()
        if len(self.chunks) > 1:
            self.chunks = [pa.concat_arrays(self.chunks)]
        return self.chunks[0]


class _Plain:
    """A column passed through."""

    def __init__(self, column: Column) -> None:
        kind = _ARROW[column.modality]
        self.kind = pa.list_(kind) if column.many else kind
        self.values: list[Any] = []
        self.chunks: list[pa.Array] = []
        self.name = column.modality

    def add(self, row: int, value: Any) -> None:
        self.values.append(value)
        if len(self.values) >= _CHUNK:
            self.close()

    def close(self) -> None:
        try:
            self.chunks.append(pa.array(self.values, self.kind))
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise SourceError(f"a column declared as {self.name} holds something else: {error}") from error
        self.values = []

    def array(self) -> pa.Array:
        self.close()
        return pa.concat_arrays(self.chunks)


class _Texts:
    """A field of texts, each with the sha256 of its UTF-8 bytes."""

    def __init__(self) -> None:
        self.rows = array("q")
        self.keys = bytearray()
        self.texts = _Strings()
        self.faults: dict[int, Fault] = {}

    def add(self, row: int, value: Any) -> None:
        for each in _listed(value):
            if not isinstance(each, str):
                self.faults[len(self.rows)] = Fault("wrong-type", f"expected a text, found {type(each).__name__}")
                each = ""
            text = each if each.isascii() else each.encode("utf-8", "replace").decode("utf-8")
            self.rows.append(row)
            self.keys += hashlib.sha256(text.encode()).digest()
            self.texts.add(text)

    def items(self) -> Items:
        keys = np.frombuffer(self.keys, dtype=np.uint8).reshape(-1, 32)
        rows = np.asarray(self.rows, dtype=np.int64)
        return Items(rows=rows, keys=keys, known=np.ones(len(rows), bool), texts=self.texts.array(), faults=self.faults)


class _Files:
    """A field of media, by path or bytes; the key of a file is known once it has been read."""

    def __init__(self) -> None:
        self.rows = array("q")
        self.paths = _Strings()
        self.inline: dict[int, bytes] = {}
        self.faults: dict[int, Fault] = {}

    def add(self, row: int, value: Any) -> None:
        for each in _listed(value):
            item = len(self.rows)
            self.rows.append(row)
            media = each if isinstance(each, Media) else None
            if isinstance(each, bytes) or (media and media.data is not None):
                self.inline[item] = each if isinstance(each, bytes) else (media.data or b"" if media else b"")
                self.paths.add(None)
            elif isinstance(each, str | os.PathLike) or media:
                self._add_path(item, os.fspath(media.path or "") if media else os.fspath(each))
            else:
                self.faults[item] = Fault("wrong-type", f"expected a path or bytes, found {type(each).__name__}")
                self.paths.add(None)

    def _add_path(self, item: int, path: Any) -> None:
        """Add a path, or the fault that its name cannot be written down."""
        try:
            path.encode()
        except (AttributeError, UnicodeEncodeError):
            self.faults[item] = Fault("unreadable", f"the name of the file is not UTF-8: {path!r}")
            path = None
        self.paths.add(path)

    def items(self) -> Items:
        count = len(self.rows)
        items = Items(
            rows=np.asarray(self.rows, dtype=np.int64),
            keys=np.zeros((count, 32), dtype=np.uint8),
            known=np.zeros(count, bool),
            paths=self.paths.array(),
            inline=self.inline,
            faults=self.faults,
        )
        for item, data in self.inline.items():
            items.keys[item] = np.frombuffer(hashlib.sha256(data).digest(), dtype=np.uint8)
            items.known[item] = True
        return items


def _listed(value: Any) -> Sequence[Any]:
    """Return the values of a field of one row: none, one, or those of a list."""
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)
