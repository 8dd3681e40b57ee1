"""The files in a tar archive, where they lie; one that is packed as a whole is unpacked once."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from mmhub.errors import SourceError, Undecodable
from mmhub.operators import Lost, Media
from mmhub.places.archive import Member, check_size, leads_out
from mmhub.places.copies import copy_of

_BLOCK = 512
_CHUNK = 1 << 20


def tar_members(archive: Path, folder: Path | None, left_out: list[str], *, most_bytes: int) -> Iterator[Member]:
    """Yield the files of a tar archive in order; see `mmhub.places.archive.members`."""
    packed = not archive.name.lower().endswith(".tar")
    if packed and folder is None:
        raise SourceError(f"the archive {str(archive)!r} is packed, and there is no folder to unpack it into")
    place = unpacked(archive, folder, most_bytes) if packed and folder else archive
    end = place.stat().st_size
    for each in tar_files(place, archive.name, left_out):
        if isinstance(each, Lost):
            raise SourceError(each.message)
        info = each[1]
        if leads_out(info.name):
            left_out.append(info.name)
        elif info.offset_data + info.size > end:
            yield Member(info.name, Undecodable("truncated", f"{archive.name!r} ends before {info.name!r} does"))
        else:
            yield Member(info.name, Media(path=str(place), offset=info.offset_data, length=info.size))


def tar_files(place: Path, name: str, left_out: list[str]) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo] | Lost]:
    """Yield the regular files of a tar that is not packed; the names of links and devices are added to ``left_out``.

    What follows a damaged header cannot be read, and is `Lost`. Raises SourceError where it is no tar file.
    """
    try:
        with tarfile.open(place, "r:") as tar:
            while (info := tar.next()) is not None:
                # Kept by tarfile for ever, and needed by nobody.
                tar.members = []  # type: ignore[attr-defined]
                if info.isdir():
                    continue
                if not info.isreg() or info.issparse():
                    left_out.append(info.name)
                    continue
                yield tar, info
            end = tar.offset
    except tarfile.TarError as error:
        raise SourceError(f"{name!r} is no tar file, or is cut off: {error}") from error
    if not _is_end(place, end):
        at = f"{name}:{end}"
        yield Lost(at, "malformed", f"{at}: the header at this byte is damaged, and what follows cannot be read")


def _is_end(place: Path, offset: int) -> bool:
    with place.open("rb") as file:
        file.seek(offset)
        return not file.read(_BLOCK).strip(b"\0")


def unpacked(archive: Path, folder: Path, most_bytes: int) -> Path:
    """Return a tar without its compression, in ``folder``; one that is as it was is not unpacked again.

    Raises SourceError where it is damaged, or becomes larger than ``most_bytes``.
    """

    def write(draft: Path) -> None:
        with gzip.open(archive, "rb") as source, draft.open("wb") as target:
            size = 0
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                check_size(archive, size, most_bytes)
                target.write(chunk)

    try:
        return copy_of(archive, folder, ".tar", write)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"the archive {archive.name!r} cannot be unpacked: {error}") from error
