"""Repaired pictures back to bytes, as close to the file they came from as its format allows."""

import io
from typing import Any

from PIL import Image, JpegImagePlugin

from mmhub_image.modes import to_rgb
from mmhub_image.picture import Picture

_EXIF_ORIENTATION = 0x0112
_JPEG_MODES = ("L", "RGB")
_PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
_SIDEWAYS = (5, 6, 7, 8)


def encode(picture: Picture) -> bytes:
    """Return an upright picture as a JPEG with the tables of the JPEG it came from, otherwise as a PNG.

    Colour profile and EXIF are kept, less the orientation. JPEG is lossy: with the same tables the change is
    small, but there is one.
    """
    with picture.media.open() as stream, Image.open(stream) as source:
        if isinstance(source, JpegImagePlugin.JpegImageFile):
            return _jpeg(picture, source)
        return _png(picture, source)


def _jpeg(picture: Picture, source: JpegImagePlugin.JpegImageFile) -> bytes:
    upright = picture.upright if picture.mode in _JPEG_MODES else to_rgb(picture.upright)
    sideways = _orientation(source) in _SIDEWAYS
    tables = [_transposed(table) if sideways else table for table in source.quantization.values()]
    settings: dict[str, Any] = {"qtables": tables[: 1 if upright.mode == "L" else None], "optimize": True}
    sampling = JpegImagePlugin.get_sampling(source)
    if sampling >= 0:
        # 4:2:2 turned sideways would be 4:4:0, which Pillow does not write.
        settings["subsampling"] = 0 if sideways and sampling == 1 else sampling
    return _saved(upright, source, "JPEG", settings, converted=picture.converted)


def _png(picture: Picture, source: Image.Image) -> bytes:
    upright = picture.upright if picture.mode in _PNG_MODES else picture.colours
    return _saved(upright, source, "PNG", {}, converted=picture.converted)


def _saved(image: Image.Image, source: Image.Image, kind: str, settings: dict[str, Any], *, converted: bool) -> bytes:
    """Return ``image`` as a file of a kind, with the metadata of ``source`` that still holds."""
    exif = source.getexif()
    exif.pop(_EXIF_ORIENTATION, None)
    settings["exif"] = exif.tobytes() if len(exif) else b""
    # A profile describes the inks or lights of the mode it was made for.
    holds = source.mode == image.mode and not converted
    settings["icc_profile"] = source.info.get("icc_profile") if holds else None
    stream = io.BytesIO()
    image.save(stream, kind, **settings)
    return stream.getvalue()


def _orientation(source: Image.Image) -> int:
    return int(source.getexif().get(_EXIF_ORIENTATION, 1))


def _transposed(table: list[int]) -> list[int]:
    """Return a quantisation table of 8 x 8 in natural order for pictures turned sideways."""
    return [table[column * 8 + row] for row in range(8) for column in range(8)]
