"""How far the middle of a waveform lies from zero: a fault of the recorder."""

from collections.abc import Sequence

import numpy as np

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound


def dc_offset(sounds: Sequence[Sound], options: Options) -> Columns:
    """Return the mean of each sound's channel whose mean lies farthest from zero, as a share of full scale."""
    return {"dc_offset": [float(np.abs(channel_means(sound)).max()) for sound in sounds]}


def channel_means(sound: Sound) -> np.ndarray:
    """Return the mean of each channel, float64[channels], full scale at one."""
    return np.asarray(sound.samples.mean(axis=1, dtype=np.float64))


DC_OFFSET = Cleaner(
    name="audio/dc-offset",
    version=1,
    modality="audio",
    summary="How far the middle of the waveform lies from zero; drops what a broken recorder made.",
    facts=(Fact(name="dc_offset", dtype="float64", summary="Largest mean of a channel, as a share of full scale."),),
    measure=dc_offset,
    rules=(Rule("dc_offset", reason="dc-offset", at_most=0.1),),
)
