"""From a `Sound` to the bytes of a FLAC file."""

import io

import numpy as np

from mmhub_audio.copying import REPEATABLE
from mmhub_audio.sound import Sound

_LAYOUTS = ("mono", "stereo")
_FORMATS = {"int16": "s16", "int32": "s32"}
_SPARE_BITS = 0xFF
"""The lowest bits of 32, which FLAC files of 24 bits lack."""


def encode_flac(sound: Sound) -> bytes | None:
    """Return a FLAC file that holds the samples as they are, None where FLAC cannot.

    It holds 16 or 24 bits, here of one or two channels.
    """
    import av

    kind = _FORMATS.get(sound.raw.dtype.name)
    if kind is None or sound.channels > len(_LAYOUTS) or (kind == "s32" and (sound.raw & _SPARE_BITS).any()):
        return None
    layout = _LAYOUTS[sound.channels - 1]
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.raw.T).reshape(1, -1), format=kind, layout=layout)
    frame.sample_rate = sound.rate_hz
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="flac", options=REPEATABLE) as container:
        stream = container.add_stream("flac", rate=sound.rate_hz, layout=layout)
        stream.codec_context.format = kind
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return buffer.getvalue()
