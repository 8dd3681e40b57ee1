"""Whether an AVI file, a transport stream or a program stream ends before its own structure does."""

import os
from typing import BinaryIO

_TAIL_BYTES = 1 << 18
_PACKETS = ((188, 0), (192, 4))
"""Bytes of a transport packet, and where its sync byte lies: as sent, and with the time stamps of a recorder."""
_SYNC = 0x47
_PREFIX = b"\0\0\1"
_PACK = b"\0\0\1\xba"
_END, _FIRST_PACKET = 0xB9, 0xBB


def ends_early(file: BinaryIO) -> bool:
    """Return whether a file is cut off by its own account; other kinds of files never are. Leaves it at its start."""
    file.seek(0)
    head = file.read(1024)
    size = file.seek(0, os.SEEK_END)
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        short = _chunks_end_early(file, size)
    elif head[:4] == _PACK:
        short = _packs_end_early(file, size)
    else:
        short = any(_is_transport(head, *packet) and size % packet[0] != 0 for packet in _PACKETS)
    file.seek(0)
    return short


def _chunks_end_early(file: BinaryIO, size: int) -> bool:
    """Return whether a top-level chunk reaches beyond the end; an open length, as of a live recording, does not."""
    start = 0
    while start + 8 <= size:
        file.seek(start + 4)
        length = int.from_bytes(file.read(4), "little")
        if length in (0, 0xFFFFFFFF):
            return False
        start += 8 + length
        if start > size:
            return True
        start += length % 2
    return False


def _is_transport(head: bytes, length: int, place: int) -> bool:
    """Return whether packets of a length begin with the sync byte of ISO 13818-1, section 2.4.3."""
    places = range(place, len(head), length)
    return len(places) > 3 and all(head[at] == _SYNC for at in places)


def _packs_end_early(file: BinaryIO, size: int) -> bool:
    """Return whether the last packet of a program stream reaches beyond the end (ISO 11172-1, 13818-1)."""
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read()
    at = tail.find(_PACK)
    while at >= 0:
        end = _walked(tail, at)
        if end is not None:
            return end > len(tail)
        at = tail.find(_PACK, at + 1)
    return False


def _walked(data: bytes, at: int) -> int | None:
    """Return where the chain of packets from a pack header on ends, or None where it leads to what is none."""
    while at < len(data):
        code = data[at : at + 4]
        if not code.startswith(_PREFIX[: len(code)]):
            return None
        length = _length(data, at)
        if length is None:
            return None
        at += length
    return at


def _length(data: bytes, at: int) -> int | None:
    """Return the length of the header or packet at a place; one that is cut off is longer than what is there."""
    kind = data[at + 3] if at + 3 < len(data) else _END
    if kind == _END:
        return 4
    if kind == _PACK[3]:
        second = at + 4 < len(data) and data[at + 4] >> 6 == 1
        return 14 + (data[at + 13] & 7 if at + 13 < len(data) else 0) if second else 12
    if kind < _FIRST_PACKET:
        return None
    return 6 + int.from_bytes(data[at + 4 : at + 6]) if at + 6 <= len(data) else 7
