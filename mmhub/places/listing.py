"""The files of a folder: all that lie in it, hidden ones and links that lead out of it left out."""

import os
from collections.abc import Iterator
from pathlib import Path

from mmhub.errors import SourceError


def listing(folder: Path) -> list[str]:
    """Return the regular files below ``folder``, as sorted paths relative to it, parted by ``/``.

    Links to folders are not followed, and links to files only within ``folder``; a link that leads round in a circle
    leads to no file.
    """
    if not folder.is_dir():
        raise SourceError(f"there is no folder {str(folder)!r}: say where with `--data-dir DIR`")
    root = os.path.realpath(folder)
    return sorted(os.path.relpath(path, folder) for path in _files(str(folder), root))


def _files(folder: str, root: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        for each in found:
            if each.name.startswith("."):
                continue
            if each.is_dir(follow_symlinks=False):
                yield from _files(each.path, root)
            elif _is_file(each) and (not each.is_symlink() or _inside(each.path, root)):
                yield each.path


def _is_file(found: "os.DirEntry[str]") -> bool:
    try:
        return found.is_file(follow_symlinks=True)
    except OSError:
        return False


def _inside(path: str, root: str) -> bool:
    return os.path.realpath(path).startswith(root.rstrip("/") + "/")
