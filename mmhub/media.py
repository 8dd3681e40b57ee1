"""The media of a store: bytes written once, found by their sha256, shared by all versions."""

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT, Blocks, as_keys
from mmhub.contents import Contents
from mmhub.errors import SourceError
from mmhub.operators import Media
from mmhub.store import Store
from mmhub.units import Items

MEDIA = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
_BLOCK_BYTES = 256 << 20
_AT_ONCE = 64

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
    """Put the bytes of the items ``chosen`` into the store where they are not there yet; return the blocks that hold them."""
    blocks = Blocks(store.media)
    keys = contents.keys[chosen]
    absent = blocks.positions(keys) == ABSENT
    _, first = np.unique(keys[absent], axis=0, return_index=True)
    wanted = chosen[absent][np.sort(first)]
    for table in _tables(items, contents, wanted, threads=threads):
        blocks = blocks.append(table)
    return holding(Blocks(store.media), keys)


def holding(blocks: Blocks, keys: np.ndarray) -> list[str]:
    """Return the names of the blocks in which ``keys`` are found."""
    positions = blocks.positions(keys)
    ends = np.cumsum([len(chunk) for chunk in blocks.table["key"].chunks])
    used = np.unique(np.searchsorted(ends, positions[positions != ABSENT], side="right"))
    owners = [name for name, table in zip(blocks.names, blocks.tables, strict=True) for _ in table["key"].chunks]
    return sorted({owners[n] for n in used.tolist()})


def _tables(items: Items, contents: Contents, wanted: np.ndarray, *, threads: int) -> Iterator[pa.Table]:
    """Yield the media of ``wanted`` as tables of a bounded size."""
    data: list[bytes] = []
    done: list[int] = []
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE].tolist()
            data += pool.map(lambda item: _read(items, contents.made, contents.keys, item), some)
            done += some
            if sum(map(len, data)) >= _BLOCK_BYTES:
                yield _table(contents.keys[done], data)
                data, done = [], []
    if data:
        yield _table(contents.keys[done], data)


def _table(keys: np.ndarray, data: list[bytes]) -> pa.Table:
    names = [f"{key.tobytes().hex()[:16]}{suffix(each)}" for key, each in zip(keys, data, strict=True)]
    media = pa.StructArray.from_arrays([pa.array(data, pa.binary()), pa.array(names, pa.string())], fields=list(MEDIA))
    return pa.table({"key": as_keys(keys), "media": media})


def _read(items: Items, made: Mapping[int, bytes], keys: np.ndarray, item: int) -> bytes:
    if item in made:
        return made[item]
    media = items.value(item)
    assert isinstance(media, Media)
    try:
        data = media.read()
    except OSError as error:
        raise SourceError(
            f"{media.path!r} went away while the dataset was built ({error.strerror}): build again"
        ) from error
    if hashlib.sha256(data).digest() != keys[item].tobytes():
        raise SourceError(f"{media.path!r} changed while the dataset was built: build again")
    return data


def suffix(data: bytes) -> str:
    """Return the file name suffix that fits the first bytes of a file, such as ``.jpg``, or nothing."""
    for offset, mark, name in _SUFFIXES:
        if data[offset : offset + len(mark)] == mark:
            return f".{name}"
    return ""
