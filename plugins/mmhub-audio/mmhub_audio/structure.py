"""Whether a media file ends before its own structure does: cut off, whatever its decoder says."""

import os
from collections.abc import Callable
from typing import BinaryIO

from mmhub_audio.mpeg import frames_end_early, is_mpeg

_EBML = b"\x1a\x45\xdf\xa3"
_OPENED = (b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75")
"""The Matroska elements which hold others, and whose size a live recorder leaves open: Segment and Cluster."""
_OGG_TAIL_BYTES = 2 * 65307
"""Twice the longest page: the last page begins within it."""


def ends_early(file: BinaryIO) -> bool:
    """Return whether an MP4, Matroska, Ogg or MPEG audio file promises bytes beyond its end; others never do.

    Reads headers alone, of MPEG audio that of every frame, and leaves ``file`` at its start.
    """
    file.seek(0)
    head = file.read(12)
    size = file.seek(0, os.SEEK_END)
    check = _check_for(head)
    short = check(file, size) if check else False
    file.seek(0)
    return short


def _check_for(head: bytes) -> Callable[[BinaryIO, int], bool] | None:
    if head[4:8] == b"ftyp":
        return _boxes_end_early
    if head[:4] == _EBML:
        return _elements_end_early
    if head[:4] == b"OggS":
        return _pages_end_early
    return frames_end_early if is_mpeg(head) else None


def _boxes_end_early(file: BinaryIO, size: int) -> bool:
    """Return whether a top-level box of an ISO base media file reaches beyond its end (ISO 14496-12, 4.2)."""
    start, seen = 0, set()
    while start + 8 <= size:
        file.seek(start)
        header = file.read(16)
        length = int.from_bytes(header[:4])
        seen.add(header[4:8])
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length == 0:
            length = size - start
        if length < 8:
            return False
        start += length
    return start > size or not seen & {b"moov", b"moof"}


def _elements_end_early(file: BinaryIO, size: int) -> bool:
    """Return whether an element of a Matroska file reaches beyond its end (RFC 8794, section 6)."""
    start = 0
    while start < size:
        file.seek(start)
        header = file.read(12)
        id_length = _length_of(header)
        if id_length > 4 or len(header) <= id_length:
            return False
        size_length = _length_of(header[id_length:])
        body = start + id_length + size_length
        length = int.from_bytes(header[id_length : id_length + size_length]) & ((1 << 7 * size_length) - 1)
        unknown = length == (1 << 7 * size_length) - 1
        if not unknown and body + length > size:
            return True
        opened = unknown and header[:id_length] in _OPENED
        start = body if opened or header[:id_length] == _OPENED[0] else body + length
    return False


def _length_of(data: bytes) -> int:
    """Return how many bytes the variable-length number at the start of ``data`` takes."""
    return 9 - data[0].bit_length()


def _pages_end_early(file: BinaryIO, size: int) -> bool:
    """Return whether the last page of an Ogg file reaches beyond its end (RFC 3533, section 6)."""
    first = max(0, size - _OGG_TAIL_BYTES)
    file.seek(first)
    tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    if len(page) < 27 or len(page) < 27 + page[26]:
        return True
    return len(page) < 27 + page[26] + sum(page[27 : 27 + page[26]])
