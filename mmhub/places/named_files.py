"""The media of a folder by what they are called, wherever they lie in it, for annotations that name them in parts."""

from collections.abc import Iterable
from pathlib import Path

from mmhub.places.kinds import Kind, kind_of
from mmhub.places.listing import listing


class NamedFiles:
    """The pictures, sounds and videos below a folder, by their names without the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[tuple[Kind, str], str] = {}
        for file in listing(folder):
            kind = kind_of(file)
            if kind is not None:
                name = file.rpartition("/")[2]
                self._files.setdefault((kind, name[: name.rfind(".")]), file)

    def find(self, kind: Kind, names: Iterable[str]) -> Path | None:
        """Return the file that goes by the first of some names, or None."""
        found = (self._files.get((kind, name)) for name in names)
        return next((self._folder / each for each in found if each is not None), None)
