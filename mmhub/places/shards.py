"""The members of a tar shard: small texts as they are, media as parts of the shard."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mmhub.errors import SourceError, Undecodable
from mmhub.operators import Lost, Media
from mmhub.places import texts
from mmhub.places.copies import copy_of
from mmhub.places.kinds import Kind, kind_of

_BLOCK = 512
_CHUNK = 1 << 20
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
    try:
        with tarfile.open(shard, "r:") as tar:
            while (info := tar.next()) is not None:
                # Kept by tarfile for ever, and needed by nobody.
                tar.members = []  # type: ignore[attr-defined]
                if info.isdir():
                    continue
                if not info.isreg() or info.issparse():
                    left_out.append(info.name)
                    continue
                yield _member(tar, info, str(shard))
            end = tar.offset
    except tarfile.TarError as error:
        raise SourceError(f"the shard {name!r} is no tar file, or is cut off: {error}") from error
    if not _is_end(shard, end):
        place = f"{name}:{end}"
        yield Lost(place, "malformed", f"{place}: the header at this byte is damaged, and what follows cannot be read")


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


def _is_end(shard: Path, offset: int) -> bool:
    with shard.open("rb") as file:
        file.seek(offset)
        return not file.read(_BLOCK).strip(b"\0")


def unpacked(shard: Path, folder: Path, most_bytes: int) -> Path:
    """Return a shard without its compression, in ``folder``; one that is as it was is not unpacked again.

    Raises SourceError where it is damaged, or becomes larger than ``most_bytes``.
    """

    def write(draft: Path) -> None:
        with gzip.open(shard, "rb") as source, draft.open("wb") as target:
            size = 0
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > most_bytes:
                    raise SourceError(
                        f"the shard {shard.name!r} becomes larger than {most_bytes / (1 << 30):g} GB when it is "
                        "unpacked: `most_unpacked_gb` among the options of the source allows more"
                    )
                target.write(chunk)

    try:
        return copy_of(shard, folder, ".tar", write)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"the shard {shard.name!r} cannot be unpacked: {error}") from error
