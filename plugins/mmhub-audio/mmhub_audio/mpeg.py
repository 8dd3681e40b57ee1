"""Whether an MPEG audio file (MP3, MP2, AAC in ADTS) ends within a frame, or before the end its first frame tells."""

from typing import BinaryIO

from mmhub_audio.xing import after_tag, counted_bytes

_KBPS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits per second by version (2 stands for 2.5 as well), layer and index from 1 on (ISO 11172-3, 13818-3)."""
_RATES_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_FEWEST_FRAMES = 3
"""What looks like a frame and is followed by fewer is none."""
_HEADER_BYTES = 7
_MISSING = 0.005
"""How much of what the first frame counts may be missing: some encoders count their tags."""


def is_mpeg(head: bytes) -> bool:
    """Return whether a file begins with an ID3 tag, or as a frame does."""
    return head[:3] == b"ID3" or frame_bytes(head, 0) is not None


def frames_end_early(file: BinaryIO, size: int) -> bool:
    """Return whether the last frame reaches beyond the end; what stands behind the last frame is not judged."""
    file.seek(0)
    data = file.read()
    start = after_tag(data[:10])
    counted = counted_bytes(data[start : start + 4096])
    if counted:
        return size - start < (1.0 - _MISSING) * counted
    return _cut_within_frame(data, start)


def _cut_within_frame(data: bytes, start: int) -> bool:
    found = 0
    while (length := frame_bytes(data, start)) is not None:
        start, found = start + length, found + 1
    left = data[start : start + _HEADER_BYTES]
    return found >= _FEWEST_FRAMES and (start > len(data) or (left[:1] == b"\xff" and len(left) < _HEADER_BYTES))


def frame_bytes(data: bytes, start: int) -> int | None:
    """Return how long the frame at ``start`` is by its header, or ``None`` where there is no frame."""
    header = data[start : start + 6]
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    layer = 4 - (header[1] >> 1 & 3)
    return _adts_bytes(header) if layer == 4 else _layer_bytes(header, layer)


def _adts_bytes(header: bytes) -> int | None:
    """Return the length of an ADTS frame (ISO 13818-7, 6.2), whose header takes seven bytes."""
    if header[1] & 0xF0 != 0xF0 or len(header) < 6:
        return None
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length > 7 else None


def _layer_bytes(header: bytes, layer: int) -> int | None:
    """Return the length of a frame of layer I, II or III; one of free format does not tell it."""
    version, rate, index = header[1] >> 3 & 3, header[2] >> 2 & 3, header[2] >> 4
    if version == 1 or rate == 3 or index in (0, 15):
        return None
    bits = 1000 * _KBPS[1 if version == 3 else 2, layer][index - 1]
    padding = header[2] >> 1 & 1
    hertz = _RATES_HZ[version][rate]
    if layer == 1:
        return 4 * (12 * bits // hertz + padding)
    return (72 if layer == 3 and version != 3 else 144) * bits // hertz + padding
