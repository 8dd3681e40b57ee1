"""Rows from the records of a table: which column holds ids, which splits, which the names of files."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from mmhub.errors import SourceError, Undecodable, near
from mmhub.operators import Lost, Media, Row
from mmhub.places import texts
from mmhub.places.inside import Inside
from mmhub.places.kinds import kind_of, names_file
from mmhub.places.records import Record

IDS = ("row_id", "id", "uid", "uuid", "key", "__key__")
"""Columns that hold ids, whatever the case of their letters; the first of them that is there."""
SPLITS = ("split", "subset")
_SAMPLE = 100
_ENDING = re.compile(r"_?(path|file|file_?name|name)$")


class Layout:
    """Columns as a sample of records shows them; names are matched whatever the case of their letters.

    A column holds names of files where all its texts in the sample end as files do that hold values, or where
    ``files`` names it.
    """

    def __init__(self, sample: Sequence[Record], *, ids: str, split: str, files: Sequence[str] | None) -> None:
        self.columns = list(dict.fromkeys(name for record in sample for name in record.values))
        self._lowered = {name.lower(): name for name in reversed(self.columns)}
        self.ids = self._named(ids, "id") if ids else self._first(IDS)
        self.split = self._named(split, "split") if split else self._first(SPLITS)
        guessed = [name for name in self.columns if name != self.ids and _holds_files(name, sample)]
        self.files = guessed if files is None else [str(self._named(name, "files")) for name in files]
        self.fields = self._fields(sample)

    def _first(self, names: Iterable[str]) -> str | None:
        return next((self._lowered[name] for name in names if name in self._lowered), None)

    def _named(self, name: str, option: str) -> str | None:
        if self.columns and name.lower() not in self._lowered:
            there = f"{', '.join(self.columns)}{near(name, self.columns)}"
            raise SourceError(f"`{option}` names a column {name!r} that is not there: there are {there}")
        return self._lowered.get(name.lower(), name)

    def _fields(self, sample: Sequence[Record]) -> dict[str, str]:
        """Return the field names each column goes by: its own, in small letters, and of files without ``_path``."""
        fields = {name: name for name in self.columns}
        for name in self.columns:
            fields.setdefault(_small(name), name)
        for name in self.files:
            short = _ENDING.sub("", _small(name)) or _kind_in(name, sample)
            if short:
                fields.setdefault(short, name)
        return fields


def rows(
    records: Iterable[Record | Lost],
    inside: Inside,
    *,
    number: Callable[[int], str] | None,
    ids: str = "",
    split: str = "",
    files: Sequence[str] | None = None,
    text_keys: Sequence[str] = texts.KEYS,
    named: Callable[[str], None] = lambda path: None,
) -> Iterator[Row | Lost]:
    """Yield a row for each record; ``named`` hears the path of each file.

    Without a column of ids a row is called what ``number`` makes of its place in the table, or else as the first
    file it names. Raises SourceError where an option names a column that is not there.
    """
    given = iter(records)
    first = list(islice(given, _SAMPLE))
    layout = Layout([each for each in first if isinstance(each, Record)], ids=ids, split=split, files=files)
    make = _Maker(layout, inside, text_keys, named)
    for place, each in enumerate(chain(first, given)):
        called = number(place) if number and layout.ids is None else None
        if isinstance(each, Lost):
            yield Lost(called or each.row_id, each.reason, each.message)
        else:
            yield make.row(each, called)


class _Maker:
    def __init__(self, layout: Layout, inside: Inside, text_keys: Sequence[str], named: Callable[[str], None]) -> None:
        self._layout, self._inside, self._keys, self._named = layout, inside, text_keys, named
        self._files = frozenset(layout.files)

    def row(self, record: Record, called: str | None) -> Row | Lost:
        layout = self._layout
        row_id = called or _id(record.values.get(layout.ids) if layout.ids else self._first_file(record))
        if not row_id:
            wanted = layout.ids or "the name of a file"
            return Lost(record.place, "no-id", f"{record.place}: there is no {wanted} to call the row by")
        values = {name: self._value(name, value) for name, value in record.values.items()}
        row: dict[str, Any] = {field: values.get(name) for field, name in layout.fields.items()}
        # Columns that no record of the sample has.
        row |= {name: value for name, value in values.items() if name not in layout.fields}
        row["row_id"] = row_id
        row["split"] = _id(values.get(layout.split)) if layout.split else None
        return row

    def _first_file(self, record: Record) -> str | None:
        names = (record.values.get(name) for name in self._layout.files)
        name = next((each for each in names if isinstance(each, str) and each), None)
        return name.rpartition(".")[0] if name else None

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, list) and any(isinstance(each, tuple) for each in value):
            # Arrow gives a map as a list of pairs.
            return json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, list) and (name in self._files or any(isinstance(each, dict) for each in value)):
            return [self._value(name, each) for each in value]
        if isinstance(value, str):
            return self._file(value) if name in self._files else value
        if isinstance(value, dict):
            return self._held(value)
        return str(value) if isinstance(value, date | time | timedelta | Decimal) else value

    def _file(self, name: str) -> Any:
        if "://" in name:
            return name
        path = self._inside.path(name)
        if isinstance(path, Undecodable):
            return path
        self._named(path)
        return texts.content(path, self._keys) if kind_of(path) == "text" else path

    def _held(self, value: dict[str, Any]) -> Any:
        """Return the bytes or the file that `datasets` keeps as a pair of both; any other object as JSON."""
        if not value.keys() <= {"bytes", "path"}:
            return json.dumps(value, ensure_ascii=False, default=str)
        if value.get("bytes") is not None:
            return Media(data=value["bytes"])
        return self._file(value["path"]) if value.get("path") else None


def _small(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _texts(name: str, sample: Sequence[Record]) -> Iterator[str]:
    for record in sample:
        value = record.values.get(name)
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, str) and each:
                yield each


def _holds_files(name: str, sample: Sequence[Record]) -> bool:
    found = list(_texts(name, sample))
    return bool(found) and all(names_file(each) for each in found)


def _kind_in(name: str, sample: Sequence[Record]) -> str | None:
    return next((kind_of(each) for each in _texts(name, sample)), None)


def _id(value: Any) -> str | None:
    return None if value is None else str(value)
