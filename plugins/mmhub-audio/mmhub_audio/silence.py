"""How loud a sound is, and how much of it is silent."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound

LOWEST_DBFS = -120.0
"""What digital silence is reported as, in place of minus infinity."""


class SilenceOptions(Options):
    """What counts as silent."""

    floor_dbfs: float = Field(default=-60.0, le=0.0)
    """A window whose root mean square lies below this many decibels of full scale is silent."""
    window_seconds: float = Field(default=0.02, gt=0.0)
    """The length of a window."""


def silence(sounds: Sequence[Sound], options: SilenceOptions) -> Columns:
    """Return the share of silent windows, the peak, and the root mean square of each sound, over all channels.

    Each channel's mean is taken off first: a constant is not heard.
    """
    varying = [sound.samples - sound.samples.mean(axis=1, keepdims=True) for sound in sounds]
    power = [np.square(each, dtype=np.float64).mean(axis=0) for each in varying]
    return {
        "silence_ratio": [_silent_share(each, sound, options) for each, sound in zip(power, sounds, strict=True)],
        "peak_dbfs": [decibels(float(np.abs(each).max())) for each in varying],
        "rms_dbfs": [decibels(float(np.sqrt(each.mean()))) for each in power],
    }


def _silent_share(power: np.ndarray, sound: Sound, options: SilenceOptions) -> float:
    """Return the share of windows below the floor, from the mean power over channels float64[n]."""
    window = max(1, round(options.window_seconds * sound.rate_hz))
    starts = np.arange(0, len(power), window)
    lengths = np.diff(np.append(starts, len(power)))
    levels = np.add.reduceat(power, starts) / lengths
    return float(np.mean(levels < 10.0 ** (options.floor_dbfs / 10.0)))


def decibels(amplitude: float) -> float:
    """Return an amplitude in decibels of full scale, which is one; -120 at least."""
    return max(LOWEST_DBFS, 20.0 * float(np.log10(max(amplitude, 1e-12))))


SILENCE = Cleaner(
    name="audio/silence",
    version=2,
    modality="audio",
    summary="How loud a sound is and how much of it is silent; drops what is practically silent throughout.",
    options=SilenceOptions,
    facts=(
        Fact(name="silence_ratio", dtype="float64", summary="Share of windows below the floor, 0 to 1."),
        Fact(name="peak_dbfs", dtype="float64", summary="Largest sample in decibels of full scale, at least -120."),
        Fact(name="rms_dbfs", dtype="float64", summary="Root mean square in decibels of full scale, at least -120."),
    ),
    measure=silence,
    rules=(
        Rule("peak_dbfs", reason="silent", at_least=-60.0),
        Rule("silence_ratio", reason="mostly-silent", at_most=0.99),
    ),
)
