"""The media of a store: bytes written once, found by their sha256, shared by all versions."""

import hashlib
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT, KEY, Blocks, as_keys, write_batches
from mmhub.contents import Contents
from mmhub.errors import SourceError
from mmhub.operators import Media
from mmhub.store import Store
from mmhub.units import Items

MEDIA = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
_SCHEMA = pa.schema([("key", KEY), ("media", MEDIA)])
_BLOCK_BYTES = 512 << 20
_BATCH_BYTES = 8 << 20
_BATCH_ITEMS = 1024
_TASK_ITEMS = 16
"""Files read one after the other by a thread: to hand it one at a time costs as much as to open it."""

_SUFFIXES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"\x89PNG", "png"),
    (0, b"GIF8", "gif"),
    (8, b"WEBP", "webp"),
    (0, b"BM", "bmp"),
    (0, b"II*\0", "tif"),
    (0, b"MM\0*", "tif"),
    (8, b"WAVE", "wav"),
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (8, b"AVI ", "avi"),
    (0, b"\x1aE\xdf\xa3", "mkv"),
    (4, b"ftyp", "mp4"),
)


def write_media(items: Items, contents: Contents, chosen: np.ndarray, store: Store, *, threads: int) -> list[str]:
    """Put the bytes of the items ``chosen`` into the store where they are not yet; return the blocks that hold them."""
    blocks = Blocks(store.media)
    keys = contents.keys[chosen]
    positions = blocks.positions(keys)
    blocks.forget()
    absent = positions == ABSENT
    _, first = np.unique(keys[absent], axis=0, return_index=True)
    wanted = chosen[absent][np.sort(first)]
    with _Reader(items, contents, threads=threads) as reader:
        sizes = reader.sizes(wanted)
        made = [
            write_batches(store.media, _SCHEMA, reader.batches(wanted[run], sizes[run]))
            for run in _cut(sizes, _BLOCK_BYTES, len(wanted))
        ]
    return sorted({*_owners(blocks, positions), *made})


def holding(blocks: Blocks, keys: np.ndarray) -> list[str]:
    """Return the names of the blocks in which ``keys`` are found."""
    return sorted(_owners(blocks, blocks.positions(keys)))


def _owners(blocks: Blocks, positions: np.ndarray) -> set[str]:
    """Return the names of the blocks that hold the rows at ``positions``, int64, of which some may be -1."""
    ends = np.cumsum([len(chunk) for chunk in blocks.table["key"].chunks])
    used = np.unique(np.searchsorted(ends, positions[positions != ABSENT], side="right"))
    owners = [name for name, table in zip(blocks.names, blocks.tables, strict=True) for _ in table["key"].chunks]
    return {owners[n] for n in used.tolist()}


def _cut(sizes: np.ndarray, most_bytes: int, most: int) -> Iterator[slice]:
    """Yield runs of values of such ``sizes``: of at most so many bytes and values, or of one that alone has more."""
    start, weight = 0, 0
    for n, size in enumerate(sizes.tolist()):
        if n > start and (weight + size > most_bytes or n - start >= most):
            yield slice(start, n)
            start, weight = n, 0
        weight += size
    if start < len(sizes):
        yield slice(start, len(sizes))


class _Reader:
    """Reads media into two buffers by turns, used over and over: fresh memory costs more than the reading."""

    def __init__(self, items: Items, contents: Contents, *, threads: int) -> None:
        self._items, self._contents = items, contents
        self._pool, self._ahead = ThreadPoolExecutor(threads), ThreadPoolExecutor(1)
        self._buffers = [np.empty(_BATCH_BYTES, np.uint8) for _ in range(2)]

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._ahead.shutdown(cancel_futures=True)

    def sizes(self, wanted: np.ndarray) -> np.ndarray:
        """Return the number of bytes of each item, int64."""
        return np.fromiter(map(self._size, wanted.tolist()), dtype=np.int64, count=len(wanted))

    def batches(self, wanted: np.ndarray, sizes: np.ndarray) -> Iterator[pa.RecordBatch]:
        """Yield the media of ``wanted`` as record batches; each is valid until the next is asked for.

        While one is used, the next is read.
        """
        begun: deque[Future[pa.RecordBatch]] = deque()
        for turn, run in enumerate(_cut(sizes, _BATCH_BYTES, _BATCH_ITEMS)):
            begun.append(self._ahead.submit(self._batch, wanted[run], sizes[run], turn % len(self._buffers)))
            if len(begun) == len(self._buffers):
                yield begun.popleft().result()
        for last in begun:
            yield last.result()

    def _batch(self, some: np.ndarray, sizes: np.ndarray, turn: int) -> pa.RecordBatch:
        starts = [0, *np.cumsum(sizes).tolist()]
        if len(self._buffers[turn]) < starts[-1]:
            self._buffers[turn] = np.empty(starts[-1], np.uint8)
        view = self._buffers[turn][: starts[-1]].data
        regions = [view[start:end] for start, end in pairwise(starts)]
        tasks = [slice(at, at + _TASK_ITEMS) for at in range(0, len(some), _TASK_ITEMS)]
        list(self._pool.map(self._read, [some[task] for task in tasks], [regions[task] for task in tasks]))
        keys = self._contents.keys[some]
        names = [
            f"{key.tobytes().hex()[:16]}{suffix(bytes(each[:16]))}" for key, each in zip(keys, regions, strict=True)
        ]
        offsets = pa.array(starts, pa.int32()).buffers()[1]
        data = pa.BinaryArray.from_buffers(pa.binary(), len(some), [None, offsets, pa.py_buffer(view)])
        media = pa.StructArray.from_arrays([data, pa.array(names, pa.string())], fields=list(MEDIA))
        return pa.record_batch([as_keys(keys), media], schema=_SCHEMA)

    def _size(self, item: int) -> int:
        made = self._contents.made.get(item)
        media = self._items.value(item)
        assert isinstance(media, Media)
        data = made if made is not None else media.data
        if data is not None:
            return len(data)
        if media.length is not None:
            return media.length
        try:
            return os.stat(media.path or "").st_size  # noqa: PTH116  (called for millions of files)
        except OSError as error:
            raise _gone(media, error) from error

    def _read(self, some: np.ndarray, regions: list[memoryview]) -> None:
        for item, region in zip(some.tolist(), regions, strict=True):
            self._fill(region, item)

    def _fill(self, region: memoryview, item: int) -> None:
        made = self._contents.made.get(item)
        media = self._items.value(item)
        assert isinstance(media, Media)
        data = made if made is not None else media.data
        if data is not None:
            region[:] = data
            return
        try:
            with open(media.path or "", "rb", buffering=0) as file:  # noqa: PTH123  (called for millions of files)
                file.seek(media.offset)
                got = file.readinto(region) if len(region) else 0
        except OSError as error:
            raise _gone(media, error) from error
        if got != len(region) or hashlib.sha256(region).digest() != self._contents.keys[item].tobytes():
            raise SourceError(f"{media.path!r} changed while the dataset was built: build again")


def _gone(media: Media, error: OSError) -> SourceError:
    return SourceError(f"{media.path!r} went away while the dataset was built ({error.strerror}): build again")


def suffix(data: bytes) -> str:
    """Return the file name suffix that fits the first bytes of a file, such as ``.jpg``, or nothing."""
    for offset, mark, name in _SUFFIXES:
        if data[offset : offset + len(mark)] == mark:
            return f".{name}"
    return ""
