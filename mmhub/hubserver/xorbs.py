"""The formats of Xet: xorbs, which hold chunks, and shards, which say of which chunks files are made."""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from mmhub.hubserver.refusals import Refusal

_CHUNK_HEADER, _SHARD_HEADER, _ENTRY, _HASH = 8, 48, 48, 32
_VERIFIED, _HAS_SHA256 = 1 << 31, 1 << 30
_END = b"\xff" * _HASH
_STORED, _LZ4, _GROUPED_LZ4 = 0, 1, 2
_LARGEST_CHUNK = 16 << 20


@dataclass(frozen=True)
class Run:
    """Chunks ``start`` to ``stop`` of a xorb, which are so many ``size`` bytes of a file."""

    xorb: str
    start: int
    stop: int
    size: int


@dataclass(frozen=True)
class Made:
    """A file as a shard describes it: the sha256 of its bytes, if the client knew it, and the runs it is made of."""

    sha256: str | None
    runs: tuple[Run, ...]


class Xorb:
    """The chunks in the bytes of a xorb."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        self._data = data

    @cached_property
    def _starts(self) -> list[int]:
        """Where chunks begin, as far as there are any: what follows the last is the xorb's own table of them."""
        starts, offset = [], 0
        while offset + _CHUNK_HEADER <= len(self._data) and self._data[offset] == 0:
            starts.append(offset)
            offset += _CHUNK_HEADER + _small(self._data, offset + 1)
        return starts

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the bytes of chunks; refuse where they are not all there."""
        if not 0 <= start < stop <= len(self._starts):
            raise _broken("a xorb", f"has no chunks {start} to {stop}")
        for offset in self._starts[start:stop]:
            yield _chunk(self._data, offset)


def made_of(shard: bytes) -> Iterator[Made]:
    """Yield the files that a shard describes."""
    offset = _SHARD_HEADER
    try:
        while shard[offset : offset + _HASH] != _END:
            flags, count = struct.unpack_from("<II", shard, offset + _HASH)
            offset += _ENTRY
            runs = tuple(_run(shard, offset + _ENTRY * number) for number in range(count))
            offset += _ENTRY * count * (2 if flags & _VERIFIED else 1)
            sha256 = _hexadecimal(shard, offset) if flags & _HAS_SHA256 else None
            offset += _ENTRY if sha256 else 0
            yield Made(sha256, runs)
    except struct.error as error:
        raise _broken("a shard", str(error)) from error


def _run(shard: bytes, offset: int) -> Run:
    _, size, start, stop = struct.unpack_from("<IIII", shard, offset + _HASH)
    return Run(_hexadecimal(shard, offset), start, stop, size)


def _chunk(data: bytes | mmap.mmap, offset: int) -> bytes:
    packed_size, scheme, size = _small(data, offset + 1), data[offset + 4], _small(data, offset + 5)
    offset += _CHUNK_HEADER
    packed = data[offset : offset + packed_size]
    if scheme not in (_STORED, _LZ4, _GROUPED_LZ4) or size > _LARGEST_CHUNK:
        raise _broken("a chunk", f"is packed in a way the Hub does not know ({scheme})")
    try:
        plain = pa.decompress(packed, decompressed_size=size, codec="lz4", asbytes=True) if scheme else packed
    except (pa.ArrowException, OSError) as error:
        raise _broken("a chunk", str(error)) from error
    if len(plain) != size:
        raise _broken("a chunk", f"has {len(plain)} bytes and not {size}")
    return _ungrouped(plain) if scheme == _GROUPED_LZ4 else plain


def _ungrouped(data: bytes) -> bytes:
    """Return bytes in their order, where every fourth had been put together."""
    quarter, rest = divmod(len(data), 4)
    plain, start = bytearray(len(data)), 0
    for number in range(4):
        stop = start + quarter + (number < rest)
        plain[number::4] = data[start:stop]
        start = stop
    return bytes(plain)


def _hexadecimal(data: bytes, offset: int) -> str:
    """Return a hash as Xet writes it: four numbers of 64 bits, the lowest byte first."""
    numbers = struct.unpack_from("<4Q", data, offset)
    return "".join(f"{number:016x}" for number in numbers)


def _small(data: bytes | mmap.mmap, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 3], "little")


def _broken(what: str, why: str) -> Refusal:
    return Refusal(400, f"{what} that was uploaded {why}: upload again")
