"""The operators of pictures, asked about sampled frames of a video."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PIL import Image
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Media, Options, Rule
from mmhub_image import Picture
from mmhub_image.blur import BLUR, BlurOptions
from mmhub_image.contrast import CONTRAST
from mmhub_image.exposure import EXPOSURE, ExposureOptions
from mmhub_image.faces import FACES, FacesOptions
from mmhub_image.noise import NOISE
from mmhub_image.sharpness import SHARPNESS
from mmhub_image.uniform import UNIFORM, UniformOptions
from mmhub_video.clip import Clip

_NUMBERS = ("float64", "float32", "int64")


class FramesOptions(Options):
    """Which frames are asked about, and which of their answers counts."""

    frames: int = Field(default=8, ge=1, le=64)
    """How many evenly spaced frames are looked at, made smaller than 384 pixels on their shorter side."""
    quantile: float = Field(default=0.5, ge=0.0, le=1.0)
    """Which of the frames counts: 0 is the one with the lowest value of a fact, 0.5 the middle, 1 the highest."""


class FrameBlurOptions(FramesOptions, BlurOptions):
    """The options of `image/blur`, and which frames are looked at."""


class FrameExposureOptions(FramesOptions, ExposureOptions):
    """The options of `image/exposure`, and which frames are looked at."""


class FrameUniformOptions(FramesOptions, UniformOptions):
    """The options of `image/uniform`, and which frames are looked at."""


class FrameFacesOptions(FramesOptions, FacesOptions):
    """The options of `image/faces`, and which frames are looked at."""


def of_frames(cleaner: Cleaner, *, options: type[FramesOptions] = FramesOptions, on: bool = True) -> Cleaner:
    """Return an operator of videos that measures sampled frames as ``cleaner`` measures pictures.

    Its facts are the numbers among those of ``cleaner``, float64, each a quantile over frames, by default the
    median. ``options`` has those of ``cleaner`` besides. Its rules are the same; off unless ``on``.
    """
    assert cleaner.measure is not None
    name = cleaner.name.partition("/")[2]
    numbers = tuple(fact for fact in cleaner.facts if fact.dtype in _NUMBERS)
    names = {fact.name for fact in numbers}
    return Cleaner(
        name=f"video/frame-{name}",
        version=cleaner.version,
        modality="video",
        summary=f"Sampled frames of a video: {cleaner.summary[:1].lower()}{cleaner.summary[1:]}",
        options=options,
        facts=tuple(Fact(name=fact.name, dtype="float64", summary=fact.summary) for fact in numbers),
        measure=partial(_measured, cleaner.measure, cleaner.options, tuple(sorted(names))),
        rules=tuple(
            replace(rule, on=rule.on and on) for rule in cleaner.rules if isinstance(rule, Rule) and rule.fact in names
        ),
    )


def _measured(
    measure: Callable[[Sequence[Any], Any], Columns],
    kind: type[Options],
    facts: tuple[str, ...],
    clips: Sequence[Clip],
    options: Any,
) -> Columns:
    own = kind(**{name: getattr(options, name) for name in kind.model_fields})
    found = [measure(pictures_of(clip, options.frames), own) for clip in clips]
    return {fact: [_quantile(columns[fact], options.quantile) for columns in found] for fact in facts}


def pictures_of(clip: Clip, count: int) -> list[Picture]:
    """Return sampled frames as pictures; they are made once for all operators of a video."""
    made: dict[int, list[Picture]] = clip.__dict__.setdefault("_pictures", {})
    if count not in made:
        made[count] = [
            Picture(media=Media(data=b""), image=Image.fromarray(frame), format="RGB") for frame in clip.frames(count)
        ]
    return made[count]


def _quantile(values: Sequence[Any] | np.ndarray, share: float) -> float | None:
    """Return a quantile of what is known, which is one of the values; None where nothing is."""
    known = sorted(float(value) for value in values if value is not None)
    return known[round(share * (len(known) - 1))] if known else None


OF_FRAMES = (
    of_frames(BLUR, options=FrameBlurOptions),
    of_frames(SHARPNESS),
    of_frames(NOISE),
    of_frames(EXPOSURE, options=FrameExposureOptions),
    of_frames(CONTRAST),
    of_frames(UNIFORM, options=FrameUniformOptions),
    of_frames(FACES, options=FrameFacesOptions),
)
"""An operator for each of those of pictures that say something about a frame, whatever file it came from."""
