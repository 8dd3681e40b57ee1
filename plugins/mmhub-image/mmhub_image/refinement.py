"""Zeros that no encoder writes, in the scans of a progressive JPEG which refine detail.

A refining scan adds the last bits of coefficients (ITU-T T.81, G.1.2.3). The shortest code of its table is all zeros;
where that is the code of a new coefficient, zeros are new detail at every place of block after block. Other zeros of
such a scan are bits of coefficients that were there before. Over a repeated pattern all of these may be zero, but
libjpeg writes at most a thousand of them in a row.
"""

from collections.abc import Iterator
from itertools import pairwise

from mmhub_image.segments import ALONE, END_OF_IMAGE, START_OF_SCAN, every_segment, shortest_codes

_STRETCH = bytes(160)
"""More than a thousand bits, by a quarter."""


def zeroed_detail(data: bytes) -> tuple[int, int] | None:
    """Return where zeros that stand for no picture begin in a refining scan, and where that scan ends, or ``None``."""
    for start, end, shortest in _refining(data):
        if shortest & 0x0F and (zeros := data.find(_STRETCH, start, end)) >= 0:
            return zeros, end
    return None


def _refining(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield where each refining scan begins and ends, and the symbol with the shortest code of its table."""
    codes: dict[int, int] = {}
    segments = (segment for segment in every_segment(data) if segment[0] not in ALONE)
    for (kind, start, end), (_, following, _) in pairwise(segments):
        if kind == END_OF_IMAGE:
            return
        codes |= shortest_codes(data, (kind, start, end))
        if kind == START_OF_SCAN and (table := _refined_by(data[start + 4 : end])) is not None:
            yield end, following, codes.get(table, 0)


def _refined_by(parameters: bytes) -> int | None:
    """Return the table of a scan that refines AC coefficients, which are those of one component; ``None`` of others."""
    if len(parameters) != 6 or not parameters[3] or not parameters[5] >> 4:
        return None
    return parameters[2] & 0x0F
