"""Pictures of any kind of pixels made RGB of eight bits, for readers which take nothing else."""

from collections.abc import Sequence

from mmhub import Cleaner, Options
from mmhub_image.mode import frames
from mmhub_image.picture import Picture


class RgbOptions(Options):
    """What is left as it is."""

    grey: bool = False
    """Whether grey pictures of eight bits are made RGB as well."""


def in_rgb(pictures: Sequence[Picture], options: RgbOptions) -> list[Picture | None]:
    """Return each picture as the first frame in 8-bit RGB on white, or ``None`` where its file holds just that."""
    fine = ("RGB",) if options.grey else ("RGB", "L")
    return [None if picture.mode in fine and _plain(picture) else _converted(picture) for picture in pictures]


def _plain(picture: Picture) -> bool:
    transparent = "transparency" in picture.image.info
    return not transparent and (picture.format == "JPEG" or frames(picture) == 1)


def _converted(picture: Picture) -> Picture:
    return picture.repaired_to(picture.colours)


RGB = Cleaner(
    name="image/rgb",
    version=1,
    modality="image",
    summary="Makes pictures 8-bit RGB: of CMYK, palettes, transparency, deep colours and animations.",
    options=RgbOptions,
    repair=in_rgb,
)
