"""Pictures stored on their side, turned upright."""

from collections.abc import Sequence

from mmhub import Cleaner, Options
from mmhub_image.picture import Picture


def upright(pictures: Sequence[Picture], options: Options) -> list[Picture | None]:
    """Return each picture with its EXIF orientation applied to the pixels, or ``None`` where it stands upright."""
    return [None if picture.orientation == 1 else _turned(picture) for picture in pictures]


def _turned(picture: Picture) -> Picture:
    return picture.repaired_to(picture.upright)


ORIENTATION = Cleaner(
    name="image/orientation",
    version=1,
    modality="image",
    summary="Turns pictures upright by their EXIF orientation, for readers which ignore it.",
    repair=upright,
)
