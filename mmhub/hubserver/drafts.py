"""Files that are written under a temporary name and get their own when they are whole and on the disk."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4


class Draft:
    """A file being written, and the sha256 of what has been so far."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """The sha256 of what was written, as hexadecimal digits."""
        return self._hash.hexdigest()

    def write(self, data: bytes | memoryview) -> None:
        """Write more; raise OSError where the disk is full."""
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    def become(self, path: Path) -> None:
        """Put the file on the disk under ``path``: whole, or after a crash not at all."""
        self._file.flush()
        os.fsync(self._file.fileno())
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path.replace(path)
        _sync_folder(path.parent)


@contextmanager
def draft_in(folder: Path) -> Iterator[Draft]:
    """Give a draft to write; what has not become a file when the block ends is removed."""
    path = folder / uuid4().hex
    try:
        with path.open("xb") as file:
            yield Draft(path, file)
    finally:
        path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
