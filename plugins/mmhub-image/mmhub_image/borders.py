"""Frames and bars of one colour around a picture."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture

_REACH = 0.45
"""What share of a side is looked at from either end."""


class BordersOptions(Options):
    """What counts as a border."""

    tolerance: int = Field(default=10, ge=0, le=255)
    """Steps of luma by which nearly all of a line may differ from the border's tone; JPEG alone takes up to 8."""
    narrowest: int = Field(default=4, ge=1)
    """Borders of fewer pixels do not count: many photographs have a line or two."""


def borders(pictures: Sequence[Picture], options: BordersOptions) -> Columns:
    """Return the width in pixels of the border of one tone on each side, and the share of the picture they take."""
    found = [_sides(picture.luma, options) for picture in pictures]
    return {
        "left": [left for left, _, _, _ in found],
        "top": [top for _, top, _, _ in found],
        "right": [right for _, _, right, _ in found],
        "bottom": [bottom for _, _, _, bottom in found],
        "border": [
            1 - (p.width - left - right) * (p.height - top - bottom) / (p.width * p.height)
            for p, (left, top, right, bottom) in zip(pictures, found, strict=True)
        ],
    }


def cropped(pictures: Sequence[Picture], options: BordersOptions) -> list[Picture | None]:
    """Return each picture without its borders, or ``None`` where it has none."""
    return [_cropped(picture, options) for picture in pictures]


def _cropped(picture: Picture, options: BordersOptions) -> Picture | None:
    """Return a picture without its borders, and without those that show once these are gone."""
    luma, box = picture.luma, np.array((0, 0, picture.width, picture.height))
    while any(sides := _sides(luma[box[1] : box[3], box[0] : box[2]], options)):
        box += np.array(sides) * (1, 1, -1, -1)
    whole = (0, 0, picture.width, picture.height)
    return None if tuple(box) == whole else picture.repaired_to(picture.upright.crop(_corners(box)))


def _corners(box: np.ndarray) -> tuple[int, int, int, int]:
    left, top, right, bottom = (int(at) for at in box)
    return left, top, right, bottom


def _sides(luma: np.ndarray, options: BordersOptions) -> tuple[int, int, int, int]:
    """Return the borders at the left, the top, the right and the bottom; none where they would meet."""
    if min(luma.shape) < 2 * options.narrowest:
        return 0, 0, 0, 0
    # Lines as rows, the outermost first.
    return (
        _width(luma.T, options),
        _width(luma, options),
        _width(luma.T[::-1], options),
        _width(luma[::-1], options),
    )


def _width(lines: np.ndarray, options: BordersOptions) -> int:
    """Return how many lines from the first on are of its one tone, or none where these are few, or go on too far."""
    tone = float(lines[0].mean())
    width = 0
    for line in lines:
        if max(line.max() - tone, tone - line.min()) > options.tolerance:
            break
        width += 1
    return width if options.narrowest <= width <= _REACH * len(lines) else 0


BORDER_FACTS = (
    Fact(name="left", dtype="int64", summary="Width of the left border in pixels."),
    Fact(name="top", dtype="int64", summary="Height of the upper border in pixels."),
    Fact(name="right", dtype="int64", summary="Width of the right border in pixels."),
    Fact(name="bottom", dtype="int64", summary="Height of the lower border in pixels."),
    Fact(name="border", dtype="float64", summary="Share of the picture that borders take."),
)
BORDERS = Cleaner(
    name="image/borders",
    version=1,
    modality="image",
    summary="Measures frames, letterboxes and pillarboxes of one tone around a picture.",
    options=BordersOptions,
    facts=BORDER_FACTS,
    measure=borders,
    rules=(Rule("border", reason="mostly-border", at_most=0.6),),
)
CROP_BORDERS = Cleaner(
    name="image/crop-borders",
    version=1,
    modality="image",
    summary="Cuts off frames, letterboxes and pillarboxes of one tone.",
    options=BordersOptions,
    repair=cropped,
)
