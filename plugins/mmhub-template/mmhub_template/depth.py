"""Depth maps as files: 16-bit PNGs in millimetres, 0 where the sensor saw nothing."""

import io

import numpy as np
from PIL import Image

from mmhub import Media, Modality, Undecodable


def decode(media: Media) -> np.ndarray:
    """Return the depth of every pixel in millimetres, uint16[height, width].

    Raises Undecodable with the reason ``not-depth`` or ``damaged``.
    """
    data = media.read()
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            if not image.mode.startswith("I"):
                raise Undecodable("not-depth", f"a PNG of mode {image.mode}, expected one channel of 16 bits")
            return np.asarray(image, dtype=np.uint16)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Undecodable("damaged", f"{type(error).__name__}: {error}") from error


def encode(depth: np.ndarray) -> bytes:
    """Return a depth map as a PNG, without loss."""
    stream = io.BytesIO()
    Image.fromarray(depth).save(stream, "PNG")
    return stream.getvalue()


DEPTH = Modality(
    name="depth",
    version=1,
    summary="A depth map: a 16-bit PNG in millimetres, 0 where nothing was seen.",
    feature="Image",
    decode=decode,
    encode=encode,
)
