"""Real photographs, and what is done to them: files of a format, crops, light, another size."""

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from evidence.scoring import halves
from mmhub import Media, Undecodable
from mmhub_image import Picture, decode

Pixels = np.ndarray
"""uint8[height, width, 3]."""
_LARGEST_SIDE = 1000
_SHARES = (0.6, 0.9)


def photographs(samples: Path) -> list[Path]:
    """Return the photographs of the half that is scored on."""
    everything = [path for part in ("coco", "flickr") for path in sorted((samples / part).rglob("*.jpg"))]
    return halves(everything)[1]


def pixels_of(path: Path) -> Pixels:
    """Return the pixels of a file, of large ones at a smaller size."""
    with Image.open(path) as image:
        image.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
        return np.asarray(image.convert("RGB"))


def file_of(pixels: Pixels, kind: str = "JPEG", **settings: object) -> bytes:
    """Return the bytes of a file."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, **settings)
    return stream.getvalue()


def seen(data: bytes) -> Picture | None:
    """Return the picture in a file, or ``None`` where it is refused."""
    try:
        return decode(Media(data=data))
    except Undecodable:
        return None


def cropped(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Cut up to a fiftieth off each side."""
    height, width = pixels.shape[:2]
    top, bottom, left, right = (int(each) for each in rng.uniform(0, 0.02, 4) * (height, height, width, width))
    return np.ascontiguousarray(pixels[top : height - bottom, left : width - right])


def part_of(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return a part of a picture at a place and of a size drawn at random, with sides 0.6 to 0.9 times as long."""
    height, width = (int(side * rng.uniform(*_SHARES)) for side in pixels.shape[:2])
    top, left = (
        int(rng.integers(0, whole - part + 1)) for whole, part in zip(pixels.shape, (height, width), strict=False)
    )
    return np.ascontiguousarray(pixels[top : top + height, left : left + width])


def lit(pixels: Pixels, factor: float) -> Pixels:
    """Make every value so many times as large."""
    return rounded(pixels.astype(np.float32) * np.float32(factor))


def resized(pixels: Pixels, factor: float) -> Pixels:
    """Make both sides so many times as long."""
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=how)


def rounded(values: np.ndarray) -> Pixels:
    """Return values as pixels, clipped."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
