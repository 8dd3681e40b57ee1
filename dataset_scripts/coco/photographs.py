"""The photographs of COCO: in folders, or in the official archives."""

from collections.abc import Iterator
from pathlib import Path

from mmhub import Media, Remark, Undecodable
from mmhub.places.archive import members
from mmhub.places.inside import Inside
from mmhub.places.remarks import some

from .index import Index


def photographs_of(data_dir: Path, name: str) -> Path | None:
    """Return the folder or the archive with the photographs of a split, where one is there."""
    places = (data_dir / name, data_dir / f"{name}.zip")
    return next((place for place in places if place.exists()), None)


class Photographs:
    """The photographs of a split: files in a folder, or members of an archive, which ``index`` keeps the places of."""

    def __init__(self, data_dir: Path, name: str, folder: Path | None, index: Index, *, most_bytes: int) -> None:
        self._inside = Inside(data_dir / name, data_dir / name, anywhere=False)
        self._archive = None if (data_dir / name).is_dir() else data_dir / f"{name}.zip"
        self._name, self._index = name, index
        self._left_out: list[str] = []
        if self._archive:
            index.add_files(members(self._archive, folder, self._left_out, most_bytes=most_bytes))

    def value(self, file_name: str) -> str | Media | Undecodable:
        """Return where a photograph lies."""
        if self._archive is None:
            return self._inside.path(file_name)
        member = f"{self._name}/{file_name}"
        missing = Undecodable("not-found", f"the archive {self._archive.name!r} holds no {member!r}")
        return self._index.file(member) or missing

    def remarks(self) -> Iterator[Remark]:
        """Yield what was left out of an archive."""
        if self._left_out:
            yield Remark(f"{some(self._left_out, 'member')} of {self._name}.zip that are no plain files: left out")
