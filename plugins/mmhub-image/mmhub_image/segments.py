"""The structure of a JPEG file: its header, the tables in it, and what cannot stand within a scan."""

import re
from collections.abc import Iterator

START_OF_SCAN = 0xDA
END_OF_IMAGE = 0xD9
_HUFFMAN_TABLES = 0xC4
_SEQUENTIAL = (0xC0, 0xC1)
ALONE = (0x01, *range(0xD0, 0xD9))
"""Markers without a length."""
MARKER = re.compile(rb"\xff[^\x00\xff]")
_PICTURES = b"MPF\0"
_ENTRY = 16
_END_OF_BLOCK = 0x00

Segment = tuple[int, int, int]
"""A marker, and where its segment begins and ends, the marker itself included."""


def header(data: bytes) -> list[Segment]:
    """Return the segments up to the first start of a scan, which is the last one; bytes between them are skipped.

    The last one is of another kind where no scan is found.
    """
    found = []
    for segment in every_segment(data):
        found.append(segment)
        if segment[0] == START_OF_SCAN:
            break
    return found


def every_segment(data: bytes) -> Iterator[Segment]:
    """Yield the segments of a file; bytes between them, such as those of scans, are skipped."""
    position = 2
    while (marker := MARKER.search(data, position)) is not None:
        start = marker.end() - 2
        kind = data[start + 1]
        length = 0 if kind in ALONE else int.from_bytes(data[start + 2 : start + 4], "big")
        position = start + 2 + length
        yield kind, start, position


def scan_start(segments: list[Segment], data: bytes) -> int:
    """Return where the first scan begins, or the length of ``data`` where there is none."""
    return segments[-1][2] if segments and segments[-1][0] == START_OF_SCAN else len(data)


def without_junk(data: bytes, segments: list[Segment]) -> bytes:
    """Return a file without the bytes between the segments of its header, which belong to none."""
    if sum(end - start for _, start, end in segments) + 2 == scan_start(segments, data):
        return data
    kept = (data[start:end] for kind, start, end in segments if kind not in ALONE)
    return data[:2] + b"".join(kept) + data[scan_start(segments, data) :]


def zeros_are_detail(data: bytes, segments: list[Segment]) -> bool:
    """Return whether zero bytes within a sequential scan stand for detail in every block.

    The shortest code of a table is all zeros. Where it is not the end of a block in some table of coefficients,
    a long run of zero bits is a block after block of the same detail, which no photograph has.
    """
    kinds = [kind for kind, _, _ in segments]
    if not any(kind in _SEQUENTIAL for kind in kinds):
        return False
    return any(symbol != _END_OF_BLOCK for each in segments for symbol in shortest_codes(data, each).values())


def shortest_codes(data: bytes, segment: Segment) -> dict[int, int]:
    """Return the symbol with the first code of each table of AC coefficients in a segment, by the table's number."""
    kind, start, end = segment
    found = {}
    position = start + 4
    while kind == _HUFFMAN_TABLES and position + 17 < min(end, len(data)):
        if data[position] >> 4:
            found[data[position] & 0x0F] = data[position + 17]
        position += 17 + sum(data[position + 1 : position + 17])
    return found


def lacks_pictures(data: bytes, segments: list[Segment]) -> bool:
    """Return whether a file of several pictures (CIPA DC-007) was cut off within one after the first.

    A file that ends with the end of a picture was cut on purpose: the others were taken away.
    """
    for _, start, end in segments:
        if data[start + 4 : start + 8] == _PICTURES and not data.rstrip(b"\0").endswith(b"\xff\xd9"):
            return any(last > len(data) for last in _ends(data[start + 8 : end], start + 8))
    return False


def _ends(index: bytes, base: int) -> Iterator[int]:
    """Yield where each picture ends by the index of pictures, whose offsets count from ``base``."""
    order = "little" if index[:2] == b"II" else "big"
    first = int.from_bytes(index[4:8], order)  # type: ignore[arg-type]
    for at in range(first + 2, first + 2 + 12 * int.from_bytes(index[first : first + 2], order), 12):  # type: ignore[arg-type]
        tag, length, offset = (int.from_bytes(index[at + a : at + b], order) for a, b in ((0, 2), (4, 8), (8, 12)))  # type: ignore[arg-type]
        for entry in range(offset, offset + length, _ENTRY) if tag == 0xB002 else ():
            size, place = (int.from_bytes(index[entry + a : entry + a + 4], order) for a in (4, 8))  # type: ignore[arg-type]
            yield (base + place if place else 0) + size
