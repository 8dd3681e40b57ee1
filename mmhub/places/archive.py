"""The files in a zip or tar archive, each where its bytes lie; nothing is extracted, so that no name leads anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mmhub.errors import SourceError, Undecodable
from mmhub.operators import Media

MOST_UNPACKED_GB = 32.0
"""How large a packed archive may become, where nothing else is said."""


@dataclass(frozen=True)
class Member:
    """A file in an archive: its name there, and its bytes as a part of a file, or why they cannot be had."""

    name: str
    value: Media | Undecodable


def members(archive: Path, folder: Path | None, left_out: list[str], *, most_bytes: int) -> Iterator[Member]:
    """Yield the files of an archive in its order, each as a part of a file that can be read where it lies.

    What is packed is unpacked once into ``folder``, into one file that has a name of ours; without a folder it is
    `Undecodable`. Links, devices and names that lead out are not read, and added to ``left_out``. Raises SourceError
    where the archive is damaged, or becomes larger than ``most_bytes`` when it is unpacked.
    """
    try:
        if archive.name.lower().endswith(".zip"):
            from mmhub.places.zip_members import zip_members

            yield from zip_members(archive, folder, left_out, most_bytes=most_bytes)
        else:
            from mmhub.places.tar_members import tar_members

            yield from tar_members(archive, folder, left_out, most_bytes=most_bytes)
    except OSError as error:
        raise SourceError(f"the archive {str(archive)!r} cannot be read: {error.strerror or error}") from error


def leads_out(name: str) -> bool:
    """Whether the name of a member would lie outside of the folder its archive were extracted to."""
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\0" in name


def check_size(archive: Path, unpacked_bytes: int, most_bytes: int) -> None:
    """Raise SourceError where an archive becomes larger than it may."""
    if unpacked_bytes > most_bytes:
        raise SourceError(
            f"the archive {archive.name!r} becomes larger than {most_bytes / (1 << 30):g} GB when it is unpacked: "
            "`most_unpacked_gb` among the options of the source allows more"
        )
