"""Sounds brought to one rate."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Options
from mmhub_audio.resample import resample
from mmhub_audio.sound import Sound


class ResamplingOptions(Options):
    """The rate sounds are brought to."""

    rate_hz: int = Field(default=16_000, ge=1_000)
    """Samples per second."""
    only_down: bool = False
    """Whether a sound of a lower rate stays as it is: a higher one adds nothing to it."""


def resampled(sounds: Sequence[Sound], options: ResamplingOptions) -> list[Sound | None]:
    """Return each sound at the rate asked for, or ``None`` where it is there."""
    return [_resampled(sound, options) for sound in sounds]


def _resampled(sound: Sound, options: ResamplingOptions) -> Sound | None:
    rate_hz = options.rate_hz
    if sound.rate_hz == rate_hz or (options.only_down and sound.rate_hz < rate_hz):
        return None
    return sound.remade(np.stack([resample(each, sound.rate_hz, rate_hz) for each in sound.samples]), rate_hz=rate_hz)


RESAMPLING = Cleaner(
    name="audio/resample",
    version=1,
    modality="audio",
    summary="Brings sounds to one rate.",
    options=ResamplingOptions,
    repair=resampled,
)
