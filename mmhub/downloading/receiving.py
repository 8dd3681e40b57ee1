"""The body of an answer, as it comes: small ones in memory, large ones on the disk, within limits."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mmhub.downloading.answer import Answer
from mmhub.downloading.failures import Failed
from mmhub.downloading.partial import Partial
from mmhub.downloading.unpacking import unpacked
from mmhub.recipes.downloads import Downloads

_IN_MEMORY = 1 << 20
_PAGE = (b"<!doctype html", b"<html")


@dataclass(frozen=True)
class Received:
    """A file that came whole: its sha256, its size, and its bytes, or where they are."""

    sha256: bytes
    size: int
    place: bytes | Path


def received(
    answer: Answer, partial: Partial, options: Downloads, *, started: float, stopped: Callable[[], bool]
) -> Received:
    """Return what came; raise Failed where it is too large, too slow, cut off, packed, or a page of the web."""
    answer = unpacked(answer)
    start = partial.fits(answer)
    length = answer.headers.get("content-length", "")
    total = start + int(length) if length.isdigit() else None
    if total is not None and total > options.most_bytes:
        partial.drop()
        raise Failed("too-large", f"{total:,} bytes, and `most_mb` allows {options.most_mb:g} million")
    body = _Body(partial, answer, start)
    for chunk in answer.body:
        body.add(chunk)
        if body.size > options.most_bytes:
            partial.drop()
            raise Failed("too-large", f"more than the {options.most_mb:g} million bytes that `most_mb` allows")
        if time.monotonic() - started > options.most_seconds:
            raise Failed("timeout", f"{body.size:,} bytes came in {options.most_seconds:g} seconds, and no end")
        if stopped():
            raise Failed("interrupted", "the build was interrupted")
    if total is not None and body.size != total:
        raise Failed("cut-off", f"{body.size:,} of {total:,} bytes came", again=True)
    return body.whole()


class _Body:
    """Gathers chunks in memory, and writes them to the disk once there are many, or a part is there already."""

    def __init__(self, partial: Partial, answer: Answer, start: int) -> None:
        self._partial, self._answer = partial, answer
        self._held = bytearray()
        self._on_disk = self.size = start

    def add(self, chunk: bytes) -> None:
        self._held += chunk
        self.size += len(chunk)
        if len(self._held) >= _IN_MEMORY:
            self._write()

    def _write(self) -> None:
        if not self._on_disk:
            self._partial.begin(self._answer)
        with self._partial.path.open("ab") as file:
            file.write(self._held)
        self._on_disk += len(self._held)
        self._held.clear()

    def whole(self) -> Received:
        if not self._on_disk:
            if self._answer.web:
                _check_page(self._held)
            return Received(hashlib.sha256(self._held).digest(), self.size, bytes(self._held))
        self._write()
        with self._partial.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        return Received(digest, self.size, self._partial.path)


def _check_page(data: bytearray) -> None:
    """Raise Failed for a page of the web, which many servers send in place of what is gone, as if all were well."""
    if bytes(data[:256]).lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGE):
        raise Failed("web-page", "a page of the web came in place of a file")
