"""How much of a sound was cut off at the largest value its recorder could take."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound


class ClippingOptions(Options):
    """What counts as clipped."""

    run: int = Field(default=3, ge=2)
    """How many equal samples at the peak, one after the other, count as clipped."""
    quietest_peak: float = Field(default=0.01, ge=0.0, le=1.0)
    """A channel whose peak is below this share of full scale is never clipped: its steps are too coarse to tell."""


def clipping(sounds: Sequence[Sound], options: ClippingOptions) -> Columns:
    """Return the share of samples that lie in runs of equal samples at the peak of their channel.

    The peak is the sound's own, so that a sound turned down after it was clipped is found as well. Lossy codecs
    hide clipping. From 0.002 on it is there, and published sound libraries hold recordings up to 0.04.
    """
    return {"clipped_ratio": [_clipped_share(sound, options) for sound in sounds]}


def _clipped_share(sound: Sound, options: ClippingOptions) -> float:
    clipped = sum(_clipped(channel, options) for channel in sound.samples)
    return clipped / sound.samples.size


def _clipped(channel: np.ndarray, options: ClippingOptions) -> int:
    """Return how many samples lie in runs at the highest or at the lowest value."""
    high, low = float(channel.max()), float(channel.min())
    peak = max(high, -low)
    if peak < options.quietest_peak:
        return 0
    # full scale is one step larger below zero than above it
    tops = [value for value in {high, low} if abs(value) >= 0.999 * peak]
    return sum(_in_runs(channel == value, options.run) for value in tops)


def _in_runs(hit: np.ndarray, run: int) -> int:
    """Return how many samples of a boolean array lie in runs of at least ``run``."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], hit, [False]))))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= run].sum())


CLIPPING = Cleaner(
    name="audio/clipping",
    version=1,
    modality="audio",
    summary="How much of a sound is cut off at its peak; drops what is audibly clipped.",
    options=ClippingOptions,
    facts=(Fact(name="clipped_ratio", dtype="float64", summary="Share of samples in runs at the peak, 0 to 1."),),
    measure=clipping,
    rules=(Rule("clipped_ratio", reason="clipped", at_most=0.05),),
)
