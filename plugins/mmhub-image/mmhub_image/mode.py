"""How the colours of a picture are stored in its file."""

from collections.abc import Sequence
from typing import Any

from PIL import Image

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture

_BITS = {"1": 1, "I;16": 16, "I;16B": 16, "I": 32, "F": 32}
_PNG_DEPTH = 24
"""Where the header of a PNG says how many bits a channel has."""
_TIFF_DEPTH = 258


def modes(pictures: Sequence[Picture], options: Options) -> Columns:
    """Return how each file stores its colours; of what a repair has changed, how the pixels are now.

    ``mode`` is Pillow's name, ``bits`` those of a channel in the file, ``frames`` the number of pictures in it.
    """
    rows = [_mode(picture) for picture in pictures]
    return {name: [row[name] for row in rows] for name in ("mode", "channels", "bits", "alpha", "palette", "frames")}


def _mode(picture: Picture) -> dict[str, Any]:
    mode = picture.mode
    with picture.media.open() as stream, Image.open(stream) as source:
        as_stored = source.mode == mode and not picture.repaired
        return {
            "mode": mode,
            "channels": Image.getmodebands(mode),
            "bits": _depth(picture, source) if as_stored else _BITS.get(mode, 8),
            "alpha": mode in ("RGBA", "LA", "PA", "RGBa", "La") or (as_stored and "transparency" in source.info),
            "palette": mode in ("P", "PA"),
            "frames": frames(picture),
        }


def frames(picture: Picture) -> int:
    """Return how many pictures a file holds; 1 once it was repaired, which leaves the first."""
    if picture.repaired:
        return 1
    with picture.media.open() as stream, Image.open(stream) as source:
        return 1 if source.format == "MPO" else int(getattr(source, "n_frames", 1))


def _depth(picture: Picture, source: Image.Image) -> int:
    """Return the bits of a channel as the file has them: Pillow reads colours of sixteen bits as eight."""
    if picture.format == "PNG":
        with picture.media.open() as head:
            return head.read(_PNG_DEPTH + 1)[_PNG_DEPTH]
    if picture.format == "TIFF" and hasattr(source, "tag_v2"):
        return int(max(source.tag_v2.get(_TIFF_DEPTH, (1,))))
    return _BITS.get(source.mode, 8)


MODE = Cleaner(
    name="image/mode",
    version=1,
    modality="image",
    summary="Tells how colours are stored: CMYK, grey, palette, transparency, deep colours, animation.",
    facts=(
        Fact(name="mode", dtype="string", summary="Kind of pixels as Pillow names it, such as RGB, L, P or CMYK."),
        Fact(name="channels", dtype="int64", summary="Values per pixel."),
        Fact(name="bits", dtype="int64", summary="Bits per channel in the file."),
        Fact(name="alpha", dtype="bool", summary="Whether pixels can be transparent."),
        Fact(name="palette", dtype="bool", summary="Whether pixels are places in a palette."),
        Fact(name="frames", dtype="int64", summary="Pictures in the file; more than one is an animation, or pages."),
    ),
    measure=modes,
    rules=(
        Rule("mode", reason="not-rgb", one_of=("RGB", "L"), on=False),
        Rule("frames", reason="animated", at_most=1, on=False),
    ),
)
