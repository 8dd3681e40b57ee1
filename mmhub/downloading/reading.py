"""A file on a file system that fsspec knows, read as the answer of a server is: from any byte on, and in time."""

import hashlib
import queue
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from mmhub.downloading.answer import Answer
from mmhub.downloading.failures import Failed
from mmhub.downloading.filesystems import FileSystems
from mmhub.recipes.downloads import Downloads

_CHUNK = 1 << 20
_BLOCK = 4 << 20
"""How much a file system reads ahead: some would hold fifty megabytes for each file."""
_AHEAD = 2
_POLL_SECONDS = 0.1
_MARKS = ("ETag", "etag", "checksum", "md5Hash", "md5", "content_md5", "xet_hash", "blob_id", "generation", "crc32c")
_TIMES = ("LastModified", "last_modified", "mtime", "updated", "modified", "created")


def stamp_of(about: Mapping[str, Any]) -> str:
    """Return what changes with a file, of what its file system tells of it: size, checksums, or else times."""
    marks = [(name, str(about[name])) for name in _MARKS if about.get(name)]
    times = [(name, str(about[name])) for name in _TIMES if about.get(name)]
    return hashlib.sha256(str([about.get("size"), marks or times]).encode()).hexdigest()[:16]


@contextmanager
def read(systems: FileSystems, address: str, headers: Mapping[str, str], options: Downloads) -> Iterator[Answer]:
    """Give the contents of a file as an answer, from the byte on that ``headers`` ask for if it is still the same.

    Raises Failed where it cannot be had, or its file system is silent for too long.
    """
    with closing(_in_time(_parts(systems, address, headers), options.timeout_seconds)) as parts:
        about = next(parts)
        start, size, stamp = about["start"], about.get("size"), f'"{stamp_of(about)}"'
        said = {"etag": stamp, **({"content-range": f"bytes {start}-"} if start else {})}
        if size is not None:
            said["content-length"] = str(size - start)
        yield Answer(address.partition("/")[0], 206 if start else 200, said, parts, web=False)


def _parts(systems: FileSystems, address: str, headers: Mapping[str, str]) -> Iterator[Any]:
    """Yield what is known of a file, with the byte at which it is read on, and then its bytes."""
    with systems.at(address) as (system, path):
        about = system.info(path)
        if about.get("type") == "directory":
            raise IsADirectoryError(path)
        same = headers.get("if-range") == f'"{stamp_of(about)}"'
        start = int(headers["range"].removeprefix("bytes=").removesuffix("-")) if same else 0
        yield {**about, "start": start}
        if system.async_impl and (about.get("size") or _CHUNK) < _CHUNK:
            # One request, where opening it would ask once more what is known already.
            yield system.cat_file(path, start=start or None)
            return
        with system.open(path, "rb", block_size=_BLOCK) as file:
            if start:
                file.seek(start)
            while chunk := file.read(_CHUNK):
                yield chunk


def _in_time(source: Iterator[Any], seconds: float) -> Generator[Any]:
    """Yield what ``source`` does, which runs in a thread of its own: nobody else can leave one that is silent.

    Raises Failed when nothing came for so long.
    """
    given: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue(_AHEAD)
    left = threading.Event()
    threading.Thread(target=_hand_over, args=(source, given, left), daemon=True).start()
    try:
        while True:
            try:
                each, error = given.get(timeout=seconds)
            except queue.Empty:
                raise Failed("timeout", f"the file system was silent for {seconds:g} seconds", again=True) from None
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield each
    finally:
        left.set()


def _hand_over(
    source: Iterator[Any], given: "queue.Queue[tuple[Any, BaseException | None]]", left: threading.Event
) -> None:
    while not left.is_set():
        try:
            each: tuple[Any, BaseException | None] = (next(source), None)
        except BaseException as error:  # noqa: BLE001  (it is raised again by who listens)
            each = (None, error)
        while not left.is_set():
            try:
                given.put(each, timeout=_POLL_SECONDS)
                break
            except queue.Full:
                continue
        if each[1] is not None:
            return
