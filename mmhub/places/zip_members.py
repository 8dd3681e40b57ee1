"""The files in a zip archive: what is stored lies where it is, what is packed is unpacked once, into one file."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from mmhub.errors import SourceError, Undecodable
from mmhub.operators import Media
from mmhub.places.archive import Member, check_size, leads_out
from mmhub.places.copies import copy_of

_HEADER = struct.Struct("<4s22xHH")
"""A local header: its mark, and the lengths of the name and of what else stands before the bytes of a member."""
_MARK = b"PK\x03\x04"
_ENCRYPTED = 1
_CHUNK = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)
"""What zipfile raises for a member that is damaged, or packed in a way it does not know."""


def zip_members(archive: Path, folder: Path | None, left_out: list[str], *, most_bytes: int) -> Iterator[Member]:
    """Yield the files of a zip archive in the order of its directory; see `mmhub.places.archive.members`."""
    with _opened(archive) as held:
        files = _files(held, left_out)
        packed = [info for info in files if info.compress_type != zipfile.ZIP_STORED]
        copied = _unpacked(archive, held, packed, folder, most_bytes) if folder and packed else {}
    with archive.open("rb") as stream:
        end = archive.stat().st_size
        for info in files:
            if info.compress_type == zipfile.ZIP_STORED:
                yield Member(info.filename, _part(archive, stream, info, end))
            else:
                yield Member(info.filename, copied.get(info.filename) or _damaged(archive, info))


@contextmanager
def zip_stream(archive: Path, name: str, *, most_bytes: int) -> Iterator[IO[bytes]]:
    """Open one member of a zip archive as a stream, which unpacks as it is read; raise SourceError without it."""
    with _opened(archive) as held:
        if name not in held.namelist():
            raise SourceError(f"the archive {str(archive)!r} holds no {name!r}")
        check_size(archive, held.getinfo(name).file_size, most_bytes)
        try:
            with held.open(name) as stream:
                yield stream
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise SourceError(f"{name!r} in the archive {str(archive)!r} is damaged: {error}") from error


def zip_names(archive: Path) -> list[str]:
    """Return the names of all members of a zip archive."""
    with _opened(archive) as held:
        return held.namelist()


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        held = zipfile.ZipFile(archive)
    except _DAMAGED as error:
        raise SourceError(f"the archive {str(archive)!r} is no zip file, or is cut off: {error}") from error
    with held:
        yield held


def _files(held: zipfile.ZipFile, left_out: list[str]) -> list[zipfile.ZipInfo]:
    """Return the files that can be read; what else there is, but for folders, is added to ``left_out``."""
    found: dict[str, zipfile.ZipInfo] = {}
    for info in held.infolist():
        if info.is_dir():
            continue
        regular = stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG)
        if not regular or info.flag_bits & _ENCRYPTED or leads_out(info.filename) or info.filename in found:
            left_out.append(info.filename)
        else:
            found[info.filename] = info
    return list(found.values())


def _part(archive: Path, stream: BinaryIO, info: zipfile.ZipInfo, end: int) -> Media | Undecodable:
    """Return where the bytes of a member lie that is stored as it is; only its local header says that."""
    stream.seek(info.header_offset)
    head = stream.read(_HEADER.size)
    if len(head) < _HEADER.size or not head.startswith(_MARK):
        return _damaged(archive, info)
    _, name, extra = _HEADER.unpack(head)
    offset = info.header_offset + _HEADER.size + name + extra
    if info.compress_size != info.file_size or offset + info.file_size > end:
        return _damaged(archive, info)
    return Media(path=str(archive), offset=offset, length=info.file_size)


def _damaged(archive: Path, info: zipfile.ZipInfo) -> Undecodable:
    return Undecodable("damaged", f"{info.filename!r} cannot be had from the archive {archive.name!r}")


def _unpacked(
    archive: Path, held: zipfile.ZipFile, packed: Sequence[zipfile.ZipInfo], folder: Path, most_bytes: int
) -> dict[str, Media]:
    """Return, by name, the parts of an archive of ours that holds what is packed as it is without packing."""
    check_size(archive, sum(info.file_size for info in packed), most_bytes)

    def write(draft: Path) -> None:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as target:
            for info in packed:
                _copy(held, info, target)

    place = copy_of(archive, folder, ".zip", write)
    end = place.stat().st_size
    with _opened(place) as copy, place.open("rb") as stream:
        parts = {info.filename: _part(place, stream, info, end) for info in copy.infolist()}
    return {name: part for name, part in parts.items() if isinstance(part, Media)}


def _copy(held: zipfile.ZipFile, info: zipfile.ZipInfo, target: zipfile.ZipFile) -> None:
    """Add a member to ``target``, unpacked; a damaged one is left out there."""
    try:
        with held.open(info) as probe:
            while probe.read(_CHUNK):
                pass
        with held.open(info) as source, target.open(info.filename, "w", force_zip64=True) as sink:
            while chunk := source.read(_CHUNK):
                sink.write(chunk)
    except _DAMAGED:
        return
