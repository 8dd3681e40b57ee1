"""Pictures and sounds as the bytes of files."""

import io
import wave

import av
import numpy as np
from PIL import Image

from .voices import SAMPLE_RATE_HZ

ORIENTATION_TAG = 0x0112


def jpeg(picture: Image.Image, *, quality: int, orientation: int = 1) -> bytes:
    """Return a picture as a JPEG file, with an EXIF orientation if it is not the usual one."""
    exif = Image.Exif()
    if orientation != 1:
        exif[ORIENTATION_TAG] = orientation
    return _saved(picture, "JPEG", quality=quality, exif=exif.tobytes() if exif else b"")


def png(picture: Image.Image) -> bytes:
    """Return a picture as a PNG file."""
    return _saved(picture, "PNG", compress_level=1)


def _saved(picture: Image.Image, kind: str, **settings: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **settings)
    return file.getvalue()


def wav(samples: np.ndarray) -> bytes:
    """Return mono samples between -1 and 1 as a WAV file of 16 bits."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sink:
        sink.setnchannels(1)
        sink.setsampwidth(2)
        sink.setframerate(SAMPLE_RATE_HZ)
        sink.writeframes(pcm(samples).tobytes())
    return file.getvalue()


def flac(samples: np.ndarray) -> bytes:
    """Return mono samples between -1 and 1 as a FLAC file of 16 bits."""
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(pcm(samples)[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return file.getvalue()


def pcm(samples: np.ndarray) -> np.ndarray:
    """Return samples between -1 and 1 as int16."""
    return np.asarray(np.rint(np.clip(samples, -1, 1) * 32767), dtype=np.int16)
