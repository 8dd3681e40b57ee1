"""Whether a key picture of VP8 or VP9 is damaged, whose decoders make a picture of whatever they are given.

They read bits by arithmetic decoding (RFC 6386, section 7). Wrong bits put a decoder out of step, so that it is done
before the end of its data, or is not done there. Both show by another end: a sound picture changes if its last bytes
are taken away, and does not if bytes are put behind them.
"""

from typing import Any

import numpy as np

CODECS = ("vp8", "vp9")
_TAKEN = 8
_PUT = bytes((0xFF, 0xA5)) * 16
_SUPERFRAME, _MASK = 0b1100_0000, 0b1110_0000


def out_of_step(packet: Any) -> bool:
    """Return whether a packet's key picture does not end where its data does; never so for other pictures, or codecs.

    A VP9 packet of several frames, which has an index at its end, is not judged either.
    """
    codec, data = packet.stream.codec_context.name, bytes(packet)
    if codec not in CODECS or not packet.is_keyframe or len(data) <= 2 * _TAKEN:
        return False
    if codec == "vp9" and data[-1] & _MASK == _SUPERFRAME:
        return False
    picture, shorter, longer = (_picture(codec, each) for each in (data, data[:-_TAKEN], data + _PUT))
    return picture is None or _alike(picture, shorter) or not _alike(picture, longer)


def _alike(one: list[np.ndarray], other: list[np.ndarray] | None) -> bool:
    return other is not None and all(map(np.array_equal, one, other))


def _picture(codec: str, data: bytes) -> list[np.ndarray] | None:
    """Return the planes of a single picture, or None if it does not decode."""
    import av

    decoder: Any = av.CodecContext.create(codec, "r")
    decoder.thread_count = 1
    try:
        frames = decoder.decode(av.Packet(data)) or decoder.decode(None)
    except av.FFmpegError:
        return None
    return [np.frombuffer(plane, np.uint8) for plane in frames[0].planes] if frames else None
