"""Pixels of any kind made 8-bit RGB: palettes, transparency, CMYK, sixteen bits, floating point."""

import numpy as np
from PIL import Image


def to_rgb(image: Image.Image) -> Image.Image:
    """Return a picture in mode ``RGB``: the same one if it is, composited on white if it is transparent."""
    if image.mode == "RGB":
        return image
    if image.mode[0] in "IF":
        return _eight_bits(image).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return _on_white(image.convert("RGBA"))
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, image).convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of wide pixels in mode ``L``.

    Integers are taken for sixteen bits, unless none is above 255; floating-point pixels for shares of one,
    unless one is above it.
    """
    pixels = np.nan_to_num(np.asarray(image).astype(np.float64))
    brightest = pixels.max(initial=0.0)
    if image.mode == "F" and brightest <= 1:
        pixels = pixels * 255
    elif brightest > 255:
        pixels = pixels * (255 / 65535 if brightest <= 65535 else 255 / brightest)
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
