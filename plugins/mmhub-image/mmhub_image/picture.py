"""A decoded picture and its views."""

import functools
from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image

from mmhub import Media
from mmhub_image.modes import to_rgb

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation to what turns the pixels upright."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture: the file it came from, and its pixels as they are stored there.

    ``orientation`` is the EXIF tag, 1 to 8, by which they are still to be turned. Everything else follows it:
    ``width``, ``height`` and the views are those of the upright picture. Where ``pixels``, uint8[height, width, 3],
    are there, they have been decoded already, and ``image`` has only its header read. ``repaired`` tells that
    ``image`` is no longer what the file holds, ``converted`` that its colours are sRGB whatever the file's profile.
    """

    media: Media
    image: Image.Image
    format: str
    orientation: int = 1
    pixels: np.ndarray | None = None
    repaired: bool = False
    converted: bool = False

    def repaired_to(self, image: Image.Image, *, converted: bool = False) -> "Picture":
        """Return the picture with other, upright pixels in place of its own; ``converted`` where they are sRGB now.

        So they are where another kind of pixels was made RGB: a profile of inks or greys no longer describes them.
        """
        if (profile := self.image.info.get("icc_profile")) and "icc_profile" not in image.info:
            image.info["icc_profile"] = profile
        in_srgb = self.converted or converted or _lights(image.mode) != _lights(self.mode)
        return replace(self, image=image, orientation=1, pixels=None, repaired=True, converted=in_srgb)

    @property
    def icc(self) -> bytes | None:
        """The ICC profile of the colours as they are, or ``None`` where they are sRGB for want of one."""
        return None if self.converted else self.image.info.get("icc_profile") or None

    @property
    def mode(self) -> str:
        """How Pillow names the kind of pixels, such as ``RGB``, ``L`` or ``CMYK``."""
        return self.image.mode

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.image.size[self.orientation >= 5]

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.image.size[self.orientation < 5]

    @functools.cached_property
    def upright(self) -> Image.Image:
        """The picture in its own mode, turned upright."""
        if self.pixels is not None:
            return Image.fromarray(self.pixels)
        turn = _TURNS.get(self.orientation)
        return self.image if turn is None else self.image.transpose(turn)

    @functools.cached_property
    def colours(self) -> Image.Image:
        """The upright picture in mode ``RGB``, what is transparent on white."""
        return to_rgb(self.upright)

    @functools.cached_property
    def rgb(self) -> np.ndarray:
        """The upright picture as read-only uint8[height, width, 3]."""
        return np.asarray(self.colours) if self.pixels is None else self.pixels

    @functools.cached_property
    def luma(self) -> np.ndarray:
        """The brightness of the upright picture by ITU-R BT.601, as read-only uint8[height, width]."""
        if self.mode == "L":
            return np.asarray(self.upright)
        luma: np.ndarray = cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY)
        luma.flags.writeable = False
        return luma


def _lights(mode: str) -> str:
    """Return a mode without what makes no difference to a colour profile: a palette, transparency."""
    return "RGB" if mode in ("P", "PA", "RGBA", "RGBa", "RGBX") else mode
