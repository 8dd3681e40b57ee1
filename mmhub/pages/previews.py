"""Small views of media: a thumbnail, a few seconds to play, a waveform, a spectrogram."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mmhub.pages.clips import SIDE, Sound, film, first_frames
from mmhub.pages.opened import Kind
from mmhub.pages.spectrum import spectrogram

if TYPE_CHECKING:
    from PIL.Image import Image

_QUALITY, _PEAKS = 55, 160


@dataclass(frozen=True)
class Preview:
    """Views of one medium by name: ``thumb``, ``clip`` and ``spectrogram``, each a media type and bytes.

    ``peaks`` are the lowest and highest value of a sound in each of 160 stretches, in hundredths.
    """

    views: dict[str, tuple[str, bytes]]
    peaks: list[tuple[int, int]]
    seconds: float | None = None


def preview(kind: Kind, data: memoryview) -> Preview | None:
    """Return small views of a medium that a build could decode; None where nothing here can show it."""
    make = _MAKERS.get(kind)
    if make is None:
        return None
    try:
        return make(bytes(data))
    except Exception:  # noqa: BLE001  (a decoder may raise anything, and the page does without this one)
        return None


def _image(data: bytes) -> Preview:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (SIDE, SIDE))
        small = ImageOps.exif_transpose(picture)
        small.thumbnail((SIDE, SIDE))
        return Preview({"thumb": ("image/webp", _webp(small.convert("RGBA" if "A" in small.mode else "RGB")))}, [])


def _audio(data: bytes) -> Preview:
    sound = Sound(data)
    views = {"clip": ("audio/mpeg", sound.clip), "spectrogram": ("image/webp", _webp(_drawn(sound.samples)))}
    return Preview(views, _peaks(sound.samples), sound.seconds)


def _video(data: bytes) -> Preview:
    frames = first_frames(data)
    sound = Sound(data)
    samples = sound.samples if sound.is_there else np.zeros(0, np.float32)
    views = {
        "thumb": ("image/webp", _webp(frames[len(frames) // 3].to_image())),
        "clip": ("video/mp4", film(frames, samples)),
    }
    return Preview(views, _peaks(samples), sound.seconds)


_MAKERS: dict[Kind, Callable[[bytes], Preview]] = {"image": _image, "audio": _audio, "video": _video}


def _peaks(samples: np.ndarray) -> list[tuple[int, int]]:
    if not len(samples):
        return []
    parts = np.array_split(samples, min(_PEAKS, len(samples)))
    return [(round(100 * float(part.min())), round(100 * float(part.max()))) for part in parts]


def _drawn(samples: np.ndarray) -> "Image":
    from PIL import Image

    return Image.fromarray(spectrogram(samples))


def _webp(picture: "Image") -> bytes:
    sink = io.BytesIO()
    picture.save(sink, "WEBP", quality=_QUALITY, method=2)
    return sink.getvalue()
