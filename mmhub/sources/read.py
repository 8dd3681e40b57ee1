"""The rows of a source, read into columns; no media is opened."""

import hashlib
import os
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.blocks import as_digests, as_keys
from mmhub.errors import SourceError, Undecodable, near
from mmhub.faults import Fault
from mmhub.operators import Lost, Media, Remark, Remote, Row
from mmhub.places.kinds import split_of_folder
from mmhub.recipes.recipe import Column
from mmhub.sources.mapped import mapped
from mmhub.sources.plain import Plain, shown
from mmhub.sources.repeats import OnDuplicateId, without_repeats
from mmhub.units import Items, Units, is_remote, place_of, place_of_remote

_CHUNK = 4096
_SHA256 = re.compile("[0-9a-fA-F]{64}")


def read(
    rows: Iterable[Row | Lost | Remark],
    columns: Mapping[str, Column],
    *,
    texts: frozenset[str],
    filled: frozenset[str] = frozenset(),
    spread: frozenset[str] = frozenset(),
    splits: Sequence[str] = (),
    limit: int | None = None,
    on_duplicate_id: OnDuplicateId = "error",
    spool: Path | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> Units:
    """Return the rows of a source as units, at most ``limit`` of them, of ``splits`` where some are named.

    A split may go by another name than in the source, as ``val`` for ``validation``.
    ``texts`` names the fields whose values are ``str``, ``filled`` those that need not be there, as a segmenter
    fills them, and ``spread`` those of which a row may hold a list, as each of its segments has its own: of plain ones
    there are columns of lists. Long columns are mapped from files in the folder ``spool``.
    Raises SourceError for a row without an id, an id that occurs twice (but for ``on_duplicate_id="suffix"``, see
    `without_repeats`), a field no row has, or a split that no row is in.
    """
    ids, names = _Strings(), _Strings()
    fields: dict[str, _Texts | _Files | Plain] = {
        name: Plain(name, column, spread=name in spread)
        if column.is_plain
        else (_Texts() if name in texts else _Files())
        for name, column in columns.items()
    }
    of = [(name, column.of or name, fields[name]) for name, column in columns.items()]
    seen: set[str] = set()
    there: dict[str, None] = {}
    remarks: list[str] = []
    wanted = frozenset(splits) | {split_of_folder(name) or name for name in splits}
    met: set[str] = set()
    count = 0
    for number, row in enumerate(_counted(rows, progress)):
        if isinstance(row, Remark):
            remarks.append(row.text)
            continue
        if limit is not None and count >= limit:
            break
        if isinstance(row, Lost):
            ids.add(_row_id({"row_id": row.row_id}, number))
            names.add("train")
            for made in fields.values():
                made.add(count, Undecodable(row.reason, row.message))
            count += 1
            continue
        split = _written(row.get("split") or "train")
        met.add(split)
        if wanted and split not in wanted:
            continue
        ids.add(_row_id(row, number))
        names.add(split)
        there = there or dict.fromkeys(row)
        for name, key, made in of:
            if key in row:
                seen.add(name)
                made.add(count, row[key])
            else:
                made.add(count, None)
        count += 1
    _check(seen | filled, there, columns, count, splits, met)
    units = Units(
        ids=mapped(ids.array(), spool),
        splits=mapped(names.array(), spool),
        items={name: _mapped(made.items(), spool) for name, made in fields.items() if not isinstance(made, Plain)},
        plain={name: mapped(made.array(), spool) for name, made in fields.items() if isinstance(made, Plain)},
        faults={name: made.faults for name, made in fields.items() if isinstance(made, Plain)},
        remarks=remarks,
    )
    units.ids = without_repeats(units, on_duplicate_id)
    return units


def _mapped(items: Items, spool: Path | None) -> Items:
    """Return items whose texts, with their keys, or paths are mapped from files."""
    if items.texts is not None:
        keys = as_digests(mapped(as_keys(items.keys), spool))
        return replace(items, texts=mapped(items.texts, spool), keys=keys)
    return replace(items, paths=mapped(items.paths, spool))


def _counted(rows: Iterable[Row | Lost | Remark], progress: Callable[[int], None]) -> Iterator[Row | Lost | Remark]:
    for number, row in enumerate(rows):
        if number % 1000 == 0:
            progress(number)
        yield row


def _row_id(row: Row, number: int) -> str:
    row_id = row.get("row_id")
    if row_id is None or row_id == "":
        raise SourceError(f"row {number} of the source has no `row_id`: every row needs one that stays the same")
    return _written(row_id)


def _written(value: Any) -> str:
    """Return a value as a text that UTF-8 can hold: the name of a file need not be one, and often is the id."""
    text = str(value)
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def _check(
    seen: set[str],
    there: Iterable[str],
    columns: Mapping[str, Column],
    count: int,
    splits: Sequence[str],
    met: set[str],
) -> None:
    others = [name for name in there if name not in ("row_id", "split")]
    for name, column in columns.items():
        if count and name not in seen:
            asked = column.of or name
            hint = near(asked, others) or f": leave it out, or say `of:` which it is of {', '.join(others) or 'none'}"
            raise SourceError(f"no row of the source has a field {asked!r}{hint}")
    for split in sorted({name for name in splits if met.isdisjoint({name, split_of_folder(name)})}):
        raise SourceError(
            f"the source has no split {split!r}: it has {', '.join(sorted(met)) or 'no rows'}{near(split, met)}"
        )


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


class _Texts:
    """A field of texts, each with the sha256 of its UTF-8 bytes."""

    def __init__(self) -> None:
        self.rows = array("q")
        self.keys = bytearray()
        self.texts = _Strings()
        self.faults: dict[int, Fault] = {}

    def add(self, row: int, value: Any) -> None:
        for each in _listed(value):
            if isinstance(each, Undecodable):
                self.faults[len(self.rows)] = Fault(each.reason, each.message)
                each = ""
            elif isinstance(each, Remote):
                each = each.url
            elif not isinstance(each, str):
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
        self.expected: dict[int, bytes] = {}
        self.faults: dict[int, Fault] = {}

    def add(self, row: int, value: Any) -> None:
        for each in _listed(value):
            item = len(self.rows)
            self.rows.append(row)
            if isinstance(each, str) and each.isascii() and each.isprintable() and "://" not in each:
                self.paths.add(each)
            else:
                self._add(item, each)

    def _add(self, item: int, value: Any) -> None:
        """Add a value that is no plain path."""
        media = value if isinstance(value, Media) else None
        if isinstance(value, Remote):
            self._add_remote(item, value)
        elif isinstance(value, bytes) or (media and media.data is not None):
            self.inline[item] = value if isinstance(value, bytes) else (media.data or b"" if media else b"")
            self.paths.add(None)
        elif isinstance(value, str | os.PathLike) or media:
            self._add_path(item, media if media else Media(path=os.fspath(value)))
        else:
            wrong = Fault("wrong-type", f"expected a path or bytes, found {type(value).__name__}")
            self.faults[item] = Fault(value.reason, value.message) if isinstance(value, Undecodable) else wrong
            self.paths.add(None)

    def _add_remote(self, item: int, remote: Remote) -> None:
        """Add a URL and the sha256 of what should be there, or the fault that it is none."""
        if not is_remote(remote.url):
            self.faults[item] = Fault("wrong-url", f"expected https:// or the like, found {shown(remote.url)}")
        elif remote.sha256 and not _SHA256.fullmatch(remote.sha256):
            self.faults[item] = Fault("wrong-hash", f"expected 64 hexadecimal digits, found {shown(remote.sha256)}")
        elif remote.sha256:
            self.expected[item] = bytes.fromhex(remote.sha256)
        self.paths.add(None if item in self.faults else place_of_remote(remote))

    def _add_path(self, item: int, media: Media) -> None:
        """Add where a file lies, or the fault that its name cannot be written down."""
        place: str | None = place_of(media)
        try:
            media.path.encode() if media.path else None
        except (AttributeError, UnicodeEncodeError):
            self.faults[item] = Fault("unreadable", f"the name of the file is not UTF-8: {media.path!r}")
            place = None
        if "\0" in (media.path or ""):
            self.faults[item] = Fault("unreadable", f"the name of the file holds a NUL: {media.path!r}")
            place = None
        self.paths.add(place)

    def items(self) -> Items:
        count = len(self.rows)
        items = Items(
            rows=np.asarray(self.rows, dtype=np.int64),
            keys=np.zeros((count, 32), dtype=np.uint8),
            known=np.zeros(count, bool),
            paths=self.paths.array(),
            inline=self.inline,
            expected=self.expected,
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
