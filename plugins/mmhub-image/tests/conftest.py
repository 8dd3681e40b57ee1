import io
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from mmhub import Media
from mmhub_image import Picture, decode


@pytest.fixture
def samples() -> Path:
    beside = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    found = Path(os.environ.get("MMHUB_SAMPLES", beside))
    if not found.is_dir():
        pytest.skip("the real samples are not beside this checkout, nor named by MMHUB_SAMPLES")
    return found


@pytest.fixture(scope="session")
def scene() -> np.ndarray:
    """A picture with shapes, slopes and texture: uint8[240, 320, 3]."""
    random = np.random.default_rng(7)
    slopes = np.linspace(40, 200, 320)[None, :, None] * np.array([1.0, 0.8, 0.6])
    pixels = np.broadcast_to(slopes, (240, 320, 3)).copy()
    for _ in range(40):
        corner, far = random.integers(0, (300, 220)), random.integers(8, 60, 2)
        colour = tuple(int(value) for value in random.integers(0, 256, 3))
        cv2.rectangle(pixels, corner.tolist(), (corner + far).tolist(), colour, -1)
    return np.clip(pixels + random.normal(0, 2, pixels.shape), 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def file_of():
    """A function from pixels, a format and Pillow's settings to the bytes of a file."""

    def encoded(pixels: np.ndarray, kind: str = "JPEG", **settings: object) -> bytes:
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, kind, **settings)
        return stream.getvalue()

    return encoded


@pytest.fixture(scope="session")
def picture_of(file_of):
    def decoded(pixels: np.ndarray, kind: str = "PNG", **settings: object) -> Picture:
        return decode(Media(data=file_of(pixels, kind, **settings)))

    return decoded
