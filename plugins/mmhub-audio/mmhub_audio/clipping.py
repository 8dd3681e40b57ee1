"""How much of a sound was cut off at the largest value its recorder could take."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound

_TOP = 0.9
"""From which share of the peak on values are compared with those at the peak."""


class ClippingOptions(Options):
    """What counts as clipped."""

    pile: float = Field(default=5.0, gt=1.0)
    """How many times as often as any other value near it a channel has to be at its peak."""
    quietest_peak: float = Field(default=0.01, ge=0.0, le=1.0)
    """A channel whose peak is below this share of full scale is never clipped: its steps are too coarse to tell."""


def clipping(sounds: Sequence[Sound], options: ClippingOptions) -> Columns:
    """Return the share of samples at the peak of their channel, where they pile up there.

    A waveform is hardly ever twice at one value near its peak, unless it was cut off there. The peak is the
    sound's own, so that a sound turned down after it was clipped is found as well. Lossy codecs hide clipping.
    """
    return {"clipped_ratio": [_clipped_share(sound, options) for sound in sounds]}


def _clipped_share(sound: Sound, options: ClippingOptions) -> float:
    clipped = sum(_clipped(channel, options) for channel in sound.samples)
    return clipped / sound.samples.size


def _clipped(channel: np.ndarray, options: ClippingOptions) -> int:
    """Return how many samples pile up at the highest or at the lowest value."""
    high, low = float(channel.max()), float(channel.min())
    peak = max(high, -low)
    if peak < options.quietest_peak:
        return 0
    # full scale is one step larger below zero than above it
    signs = [sign for sign, value in ((1.0, high), (-1.0, -low)) if value >= 0.999 * peak]
    return sum(_piled(channel * np.float32(sign), options) for sign in signs)


def _piled(channel: np.ndarray, options: ClippingOptions) -> int:
    """Return how many samples are at the highest value, or zero if others near it are about as frequent."""
    peak = channel.max()
    values, counts = np.unique(channel[channel >= _TOP * peak], return_counts=True)
    most_beside = int(counts[:-1].max()) if len(values) > 1 else 0
    at_peak = int(counts[-1])
    # of a tone whose period is a few samples there is nothing else to compare with
    alone = most_beside == 0 and not np.any((channel[1:] == peak) & (channel[:-1] == peak))
    return at_peak if at_peak >= options.pile * most_beside and at_peak > 1 and not alone else 0


CLIPPING = Cleaner(
    name="audio/clipping",
    version=2,
    modality="audio",
    summary="How much of a sound is cut off at its peak; drops what is clipped.",
    options=ClippingOptions,
    facts=(Fact(name="clipped_ratio", dtype="float64", summary="Share of samples piled up at the peak, 0 to 1."),),
    measure=clipping,
    rules=(Rule("clipped_ratio", reason="clipped", at_most=0.001),),
)
