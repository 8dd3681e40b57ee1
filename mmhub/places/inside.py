"""Names of files in tables, as paths that do not lead out of a folder."""

import os
import unicodedata
from pathlib import Path

from mmhub.errors import Undecodable

_OUTSIDE = "lies outside of the folder: `anywhere: true` among the options of the source allows that"


class Inside:
    """Resolves names relative to the file that names them, and refuses what leads out of ``root``.

    Links are followed to see where they lead. With ``anywhere`` all paths are allowed.
    """

    def __init__(self, beside: Path, root: Path, *, anywhere: bool) -> None:
        self._base = os.path.abspath(beside)  # noqa: PTH100  (of strings, as all below)
        self._root = os.path.realpath(root)
        self._anywhere = anywhere
        self._folders: dict[str, bool] = {}

    def path(self, name: str) -> str | Undecodable:
        """Return the path of a file by its name, or why it may not be read."""
        if "\0" in name:
            return Undecodable("unreadable", f"the name of the file holds a NUL: {name!r}")
        joined = os.path.normpath(os.path.join(self._base, name))  # noqa: PTH118
        if "\\" in name and not os.path.lexists(joined):
            # A table that was written on Windows.
            joined = os.path.normpath(os.path.join(self._base, name.replace("\\", "/")))  # noqa: PTH118
        if not name.isascii() and not os.path.lexists(joined):
            joined = self._written_otherwise(joined)
        return (
            joined if self._anywhere or self._holds(joined) else Undecodable("outside-folder", f"{name!r} {_OUTSIDE}")
        )

    def _written_otherwise(self, path: str) -> str:
        """Return the path of a file whose name has the same letters in other signs, as macOS writes them."""
        others = (unicodedata.normalize(form, path) for form in ("NFC", "NFD"))
        return next((each for each in others if os.path.lexists(each)), path)

    def _holds(self, path: str) -> bool:
        folder = os.path.dirname(path)  # noqa: PTH120
        if folder not in self._folders:
            self._folders[folder] = self._is_inside(os.path.realpath(folder))
        if not self._folders[folder]:
            return False
        return not os.path.islink(path) or self._is_inside(os.path.realpath(path))  # noqa: PTH114

    def _is_inside(self, path: str) -> bool:
        return path == self._root or path.startswith(self._root.rstrip("/") + "/")
