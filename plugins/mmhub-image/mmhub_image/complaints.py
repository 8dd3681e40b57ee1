"""What libjpeg remarks on while it decodes, which Pillow passes over, and which remarks speak of damage."""

import re

import simplejpeg

_DAMAGE = (
    "premature end of data segment",
    "bad huffman code",
    "instead of rst",
    "unsupported marker type",
    "unsupported jpeg process",
    "invalid jpeg file structure",
    "bogus",
)
"""Said where a scan ends before the picture does, or holds what no scan can hold."""
_SURPLUS = re.compile(r"(\d+) extraneous bytes before marker 0x(..)")
_END = b"\xff\xd9"
_AHEAD = 8
"""A decoder may read so many bytes more than it needs."""


def remark(data: bytes) -> str:
    """Return the first thing libjpeg has to say against a JPEG; nothing for one it decodes without a word."""
    try:
        simplejpeg.decode_jpeg(data, "GRAY", strict=True)
    except (ValueError, MemoryError) as error:
        return str(error)
    return ""


def speaks_of_damage(said: str, data: bytes, start: int) -> bool:
    """Return whether a remark on a JPEG whose first scan begins at ``start`` means that its scans are damaged.

    A scan that is followed by bytes nothing reads lost its step somewhere before, unless these bytes are all equal:
    some cameras fill files up.
    """
    if surplus := _SURPLUS.search(said):
        count, end = int(surplus[1]), data.find(_END, start)
        return surplus[2] != "d9" or end < 0 or not _filled_up(data, end, count)
    return any(words in said.lower() for words in _DAMAGE)


def _filled_up(data: bytes, end: int, count: int) -> bool:
    """Return whether the ``count`` bytes before ``end`` are all equal, and just those, or nearly."""
    filler = data[end - 1 : end]
    run = end - len(data[:end].rstrip(filler))
    return count <= run <= count + _AHEAD
