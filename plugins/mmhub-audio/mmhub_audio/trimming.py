"""Sounds without the silence before and behind them."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Options
from mmhub_audio.sound import Sound


class TrimmingOptions(Options):
    """What counts as silence at the ends, and how much of it stays."""

    below_peak_db: float = Field(default=50.0, gt=0.0)
    """A window this many decibels below the loudest one is silent."""
    window_seconds: float = Field(default=0.02, gt=0.0)
    """The length of a window."""
    margin_seconds: float = Field(default=0.1, ge=0.0)
    """How much silence stays at each end."""


def trimmed(sounds: Sequence[Sound], options: TrimmingOptions) -> list[Sound | None]:
    """Return each sound from its first to its last window that is not silent; ``None`` where that is all of it."""
    return [_trimmed(sound, options) for sound in sounds]


def _trimmed(sound: Sound, options: TrimmingOptions) -> Sound | None:
    window = max(1, round(options.window_seconds * sound.rate_hz))
    length = sound.raw.shape[1]
    found = levels(sound, window)
    heard = np.flatnonzero(found > found.max() * 10.0 ** (-options.below_peak_db / 10.0))
    if not len(heard):
        return None
    margin = round(options.margin_seconds * sound.rate_hz)
    first, last = max(0, int(heard[0]) * window - margin), min(length, (int(heard[-1]) + 1) * window + margin)
    return None if last - first == length else sound.remade(sound.samples[:, first:last])


def levels(sound: Sound, window: int) -> np.ndarray:
    """Return the mean power of each window of so many samples, in the loudest channel, float64[ceil(n / window)]."""
    starts = np.arange(0, sound.raw.shape[1], window)
    power = np.square(sound.samples - sound.samples.mean(axis=1, keepdims=True), dtype=np.float64).max(axis=0)
    return np.asarray(np.add.reduceat(power, starts) / np.diff(np.append(starts, len(power))))


TRIMMING = Cleaner(
    name="audio/trim-silence",
    version=1,
    modality="audio",
    summary="Cuts off the silence before and behind a sound.",
    options=TrimmingOptions,
    repair=trimmed,
)
