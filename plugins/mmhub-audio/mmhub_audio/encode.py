"""From a `Sound` back to the bytes of a WAV file."""

import struct

import numpy as np

from mmhub_audio.sound import Sound

_PCM, _FLOAT = 1, 3


def encode(sound: Sound) -> bytes:
    """Return a WAV file that holds the samples as they are: PCM for integers, 32-bit floats for floats."""
    raw = sound.raw.astype(np.float32) if sound.raw.dtype.kind == "f" else sound.raw
    data = np.ascontiguousarray(raw.T).astype(raw.dtype.newbyteorder("<")).tobytes()
    width = raw.dtype.itemsize
    block = width * sound.channels
    tag = _FLOAT if raw.dtype.kind == "f" else _PCM
    fmt = struct.pack("<HHIIHH", tag, sound.channels, sound.rate_hz, sound.rate_hz * block, block, 8 * width)
    body = b"WAVE" + _chunk(b"fmt ", fmt) + _chunk(b"data", data)
    return _chunk(b"RIFF", body)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
