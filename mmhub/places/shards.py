"""The members of a tar shard: small texts as they are, media as parts of the shard."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mmhub.errors import Undecodable
from mmhub.operators import Lost, Media
from mmhub.places import texts
from mmhub.places.kinds import Kind, kind_of
from mmhub.places.tar_members import tar_files

_MOST_TEXT_BYTES = 16 << 20
_INLINE = ("cls", "cls2", "id", "index")
"""Endings of members that hold a number or a word."""


@dataclass(frozen=True)
class Member:
    """A member of a shard: the key of its row, the end of its name, and its value."""

    key: str
    ending: str
    kind: Kind | None
    value: "str | list[str] | bytes | Media | Undecodable"


def members(shard: Path, name: str, left_out: list[str]) -> Iterator[Member | Lost]:
    """Yield the members of a shard in order; names that are no regular files are added to ``left_out``.

    What follows a damaged header cannot be read, and is `Lost`. Raises SourceError where it is no tar file.
    """
    for each in tar_files(shard, name, left_out):
        yield each if isinstance(each, Lost) else _member(*each, str(shard))


def _member(tar: tarfile.TarFile, info: tarfile.TarInfo, shard: str) -> Member:
    folder, slash, file = info.name.rpartition("/")
    stem, _, ending = file.partition(".")
    ending, kind = ending.lower(), kind_of(file)
    key = f"{folder}{slash}{stem}"
    if kind != "text" and ending not in _INLINE:
        return Member(key, ending, kind, Media(path=shard, offset=info.offset_data, length=info.size))
    if info.size > _MOST_TEXT_BYTES:
        return Member(key, ending, kind, Undecodable("too-large", f"the text {info.name!r} has {info.size} bytes"))
    held = tar.extractfile(info)
    data = held.read() if held else b""
    return Member(key, ending, kind, data if ending == "json" else texts.read(data, is_json=False))
