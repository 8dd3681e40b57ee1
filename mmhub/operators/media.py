"""Encoded files, as sources name them and decoders read them."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader, BytesIO


@dataclass(frozen=True)
class Media:
    """An encoded file, by its path or by its bytes; whoever reads it first opens it.

    Where ``length`` is given it is a part of the file at ``path``: so many bytes from ``offset`` on.
    """

    path: str | None = None
    data: bytes | None = None
    offset: int = 0
    length: int | None = None

    def read(self) -> bytes:
        """Return all bytes; raise EOFError where the file ends before its part does."""
        if self.data is not None:
            return self.data
        if self.length is None:
            with _opened(self._place()) as file:
                return file.read()
        with _opened(self._place()) as file:
            file.seek(self.offset)
            data = file.read(self.length)
        if len(data) < self.length:
            raise EOFError(f"{self.path!r} ends {self.length - len(data)} bytes before the part that was asked for")
        return data

    def open(self) -> "BytesIO | BufferedReader":
        """Return a binary stream over the bytes, at their start."""
        import io

        if self.data is not None or self.length is not None:
            return io.BytesIO(self.read())
        return _opened(self._place())

    def size(self) -> int:
        """Return the number of bytes, without reading them."""
        if self.data is not None:
            return len(self.data)
        return self.length if self.length is not None else os.stat(self._place()).st_size  # noqa: PTH116

    def _place(self) -> str:
        if self.path is None:
            raise ValueError("this Media has neither a path nor bytes")
        return self.path


def _opened(place: str) -> "BufferedReader":
    """Return a file, opened without a Path: Python keeps a place for each name that ever was in one."""
    return open(place, "rb")  # noqa: PTH123


@dataclass(frozen=True)
class Remote:
    """A file behind an ``http://`` or ``https://`` URL, or an address such as ``s3://bucket/a.jpg``.

    A build downloads it, within what its recipe allows. Where ``sha256`` is given, in hexadecimal digits, a file with
    other bytes is not taken. One that was had is asked for again when its ``stamp`` is another than it was then.
    """

    url: str
    sha256: str = ""
    stamp: str = ""
