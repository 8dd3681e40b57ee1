"""How long a room rings on, estimated from how fast speech falls off."""

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound
from mmhub_audio.spectrum import Frames, spectrogram

_FRAMES = Frames(rate_hz=16_000, window=512, hop=128)
_STEP_SECONDS = _FRAMES.hop / _FRAMES.rate_hz
_BANDS_HZ = ((300, 700), (700, 1400), (1400, 2800), (2800, 5600))
_BELOW_LOUD_DB = 30.0
_FEWEST_DECAYS = 10
_GAIN, _OFFSET_SECONDS = 2.0, -0.34
"""From the time that the steepest decays take for 60 dB to that of the room, fitted on synthetic rooms."""


class ReverberationOptions(Options):
    """Which decays are looked at."""

    decay_seconds: float = Field(default=0.12, gt=0.0)
    """Over how long a stretch a slope is fitted."""
    steepest: float = Field(default=0.05, gt=0.0, lt=1.0)
    """Which quantile of the slopes that go down tells the room: speech itself may fall more slowly, but not faster."""
    most_seconds: float = Field(default=120.0, gt=0.0)
    """How much of a sound is looked at, from its start."""


def reverberation(sounds: Sequence[Sound], options: ReverberationOptions) -> Columns:
    """Return the reverberation time RT60 of each sound in seconds, as far as speech tells it, else ``None``.

    In a room no sound falls faster than the room lets it. In each of four octaves, lines are fitted to the level
    over short stretches; the steepest that go down tell the time in which it would fall by 60 dB (after Ratnam et
    al., Blind estimation of reverberation time, 2003). The answer is the median over the octaves, and a guess: it
    ranks rooms well, and is off by a fifth of a second or more.
    """
    return {"rt60_seconds": [_rt60(sound, options) for sound in sounds]}


def _rt60(sound: Sound, options: ReverberationOptions) -> float | None:
    power = spectrogram(sound, _FRAMES, most_seconds=options.most_seconds)
    hertz = np.arange(power.shape[1]) * _FRAMES.rate_hz / _FRAMES.window
    bands = [power[:, (hertz >= low) & (hertz < high)].sum(axis=1) for low, high in _BANDS_HZ]
    slopes = [_steepest(10.0 * np.log10(band.astype(np.float64) + 1e-12), options) for band in bands]
    times = [-60.0 / slope for slope in slopes if slope is not None]
    return max(0.0, _GAIN * float(np.median(times)) + _OFFSET_SECONDS) if times else None


def _steepest(levels: np.ndarray, options: ReverberationOptions) -> float | None:
    """Return the slope of the steepest decays in decibels per second, or ``None`` where there are too few."""
    length = max(3, round(options.decay_seconds / _STEP_SECONDS))
    if len(levels) < length:
        return None
    time = (np.arange(length) - (length - 1) / 2) * _STEP_SECONDS
    slopes = sliding_window_view(levels, length) @ (time / np.square(time).sum())
    loud = levels[: len(slopes)] > np.quantile(levels, 0.95) - _BELOW_LOUD_DB
    falling = slopes[loud & (slopes < 0.0)]
    return float(np.quantile(falling, options.steepest)) if len(falling) >= _FEWEST_DECAYS else None


REVERBERATION = Cleaner(
    name="audio/reverberation",
    version=1,
    modality="audio",
    summary="How long the room of a recording of speech rings on. `reverberant` is off by default.",
    options=ReverberationOptions,
    facts=(Fact(name="rt60_seconds", dtype="float64", summary="Estimated RT60 in seconds; absent without decays."),),
    measure=reverberation,
    rules=(Rule("rt60_seconds", reason="reverberant", at_most=0.6, on=False),),
)
