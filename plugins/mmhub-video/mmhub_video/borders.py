"""Bars of one tone that were burned into a video: letterboxes, pillarboxes, frames."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Rule
from mmhub_image.borders import BORDER_FACTS, BordersOptions
from mmhub_image.borders import borders as borders_of_pictures
from mmhub_video.clip import Clip
from mmhub_video.of_frames import pictures_of

_SIDES = ("left", "top", "right", "bottom")
_LEAST_CONTRAST = 24


class VideoBordersOptions(BordersOptions):
    """What counts as a border, and how many frames are looked at."""

    frames: int = Field(default=16, ge=1, le=64)
    """How many evenly spaced frames are looked at; those of hardly more than one tone are passed over."""


def borders(clips: Sequence[Clip], options: VideoBordersOptions) -> Columns:
    """Return the width of the border on each side of each video, in pixels of its own, and the share they take.

    A border is as wide as in the frame where it is narrowest. ``None`` stands for videos of empty frames alone.
    """
    found = [_sides(clip, options) for clip in clips]
    sides: dict[str, list[int | None]] = {
        side: [None if each is None else each[place] for each in found] for place, side in enumerate(_SIDES)
    }
    return {**sides, "border": [_share(clip, each) for clip, each in zip(clips, found, strict=True)]}


def _sides(clip: Clip, options: VideoBordersOptions) -> list[int] | None:
    pictures = [each for each in pictures_of(clip, options.frames) if np.ptp(each.luma) >= _LEAST_CONTRAST]
    if not pictures:
        return None
    own = BordersOptions(**{name: getattr(options, name) for name in BordersOptions.model_fields})
    columns = borders_of_pictures(pictures, own)
    larger = (clip.width / pictures[0].width, clip.height / pictures[0].height)
    return [round(min(columns[side]) * larger[place % 2]) for place, side in enumerate(_SIDES)]


def _share(clip: Clip, sides: list[int] | None) -> float | None:
    if sides is None:
        return None
    left, top, right, bottom = sides
    return 1 - (clip.width - left - right) * (clip.height - top - bottom) / (clip.width * clip.height)


BORDERS = Cleaner(
    name="video/borders",
    version=1,
    modality="video",
    summary="Measures bars of one tone burned into a video, as the operator of pictures does it; drops mere strips.",
    options=VideoBordersOptions,
    facts=BORDER_FACTS,
    measure=borders,
    rules=(
        Rule("border", reason="mostly-border", at_most=0.6),
        Rule("border", reason="bordered", at_most=0.05, on=False),
    ),
)
