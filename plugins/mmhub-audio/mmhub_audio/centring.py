"""Waveforms brought back to zero in their middle."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Options
from mmhub_audio.dc_offset import channel_means
from mmhub_audio.sound import Sound


class CentringOptions(Options):
    """When a waveform is off its middle."""

    from_offset: float = Field(default=0.001, ge=0.0)
    """A channel whose mean lies farther from zero, as a share of full scale, is shifted."""


def centred(sounds: Sequence[Sound], options: CentringOptions) -> list[Sound | None]:
    """Return each sound with the mean of its channels at zero, or ``None`` where it is there."""
    return [_centred(sound, options) for sound in sounds]


def _centred(sound: Sound, options: CentringOptions) -> Sound | None:
    means = channel_means(sound)
    if float(np.abs(means).max()) <= options.from_offset:
        return None
    return sound.remade(sound.samples - means[:, None])


CENTRING = Cleaner(
    name="audio/remove-dc",
    version=1,
    modality="audio",
    summary="Shifts waveforms back to zero in their middle.",
    options=CentringOptions,
    repair=centred,
)
