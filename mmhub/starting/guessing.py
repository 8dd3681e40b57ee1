"""What the fields of a source may be, guessed from its first rows."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mmhub.errors import Undecodable
from mmhub.media import suffix
from mmhub.operators import Media, Remote
from mmhub.places.kinds import kind_of
from mmhub.places.texts import KEYS

_TEXTS = {*KEYS, "description", "prompt", "question", "answer", "instruction", "response", "title"}
_NOT_FIELDS = {"row_id", "split", "json"}
_FILE = re.compile(r"_?(path|file|file_?name|name|url|uri|link)$")
_WORDS = 4
"""A column whose texts have at least so many words on average holds texts for operators, not labels."""


@dataclass(frozen=True)
class Guess:
    """A field: its name in the source, a modality or a plain type, and whether each row holds a list."""

    name: str
    modality: str
    many: bool


def guessed(rows: Sequence[Mapping[str, Any]]) -> list[Guess]:
    """Return what the fields of ``rows`` seem to be; those without any value, and ids, are left out."""
    found: list[Guess] = []
    names = list(dict.fromkeys(name for row in rows for name in row))
    for name in names:
        values = list(_values(rows, name))
        if name in _NOT_FIELDS or not values or _has_better_name(name, names) or _is_id(rows, name):
            continue
        many = any(isinstance(row.get(name), list) for row in rows)
        if modality := _modality(name, values):
            found.append(Guess(name, modality, many))
    return _without_doubles(found, rows)


def _values(rows: Sequence[Mapping[str, Any]], name: str) -> Iterator[Any]:
    for row in rows:
        value = row.get(name)
        for each in value if isinstance(value, list) else (value,):
            if each is not None and not isinstance(each, Undecodable):
                yield each


def _has_better_name(name: str, names: Sequence[str]) -> bool:
    """Whether the source knows a column by a simpler name as well: ``image`` for ``Image_Path``."""
    small = re.sub(r"[\s-]+", "_", name.strip().lower())
    return any(each in names and each != name for each in (small, _FILE.sub("", small)) if each)


def _is_id(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    return all(str(row.get(name)) == row.get("row_id") for row in rows)


def _without_doubles(found: list[Guess], rows: Sequence[Mapping[str, Any]]) -> list[Guess]:
    """Return guesses without those whose media another one holds too, as ``jpg`` and ``image``, or ``file_name``."""
    kinds = {guess.name for guess in found if guess.name == guess.modality}
    return [
        guess
        for guess in found
        if guess.name in kinds
        or guess.modality not in kinds
        or any(row.get(guess.name) != row.get(guess.modality) for row in rows)
    ]


def _modality(name: str, values: Sequence[Any]) -> str | None:
    first = values[0]
    if isinstance(first, bool):
        return "bool"
    if all(isinstance(each, int) for each in values):
        return "int64"
    if all(isinstance(each, int | float) for each in values):
        return "float64"
    if isinstance(first, Remote):
        return kind_of(urlsplit(first.url).path) or "string"
    if isinstance(first, bytes | Media):
        return _kind_of_media(first)
    if not all(isinstance(each, str) for each in values):
        return None
    return _of_texts(name, values)


def _of_texts(name: str, values: Sequence[str]) -> str:
    if all(os.path.isabs(each) for each in values) and (kind := kind_of(values[0])):  # noqa: PTH117
        return kind
    if name.lower() in _TEXTS or sum(len(each.split()) for each in values) >= _WORDS * len(values):
        return "text"
    if all(re.fullmatch(r"-?(0|[1-9]\d{0,17})", each) for each in values):
        return "int64"
    if all(re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", each) and not re.match(r"-?0\d", each) for each in values):
        return "float64"
    return "string"


def _kind_of_media(value: bytes | Media) -> str | None:
    """Return the kind of value that bytes are, by the first of them."""
    try:
        head = value[:16] if isinstance(value, bytes) else value.open().read(16)
    except (OSError, EOFError):
        return None
    return kind_of(f"value{suffix(head)}")
