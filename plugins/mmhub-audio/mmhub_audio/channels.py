"""What the channels of a sound have in common, and which hold nothing."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound


class ChannelsOptions(Options):
    """When a channel is silent, and when two are one."""

    silent_dbfs: float = Field(default=-60.0, le=0.0)
    """A channel whose root mean square, without its mean, lies below this many decibels of full scale is silent."""
    same_db: float = Field(default=-50.0, le=0.0)
    """Channels are the same where their difference lies this many decibels below them: a lossy codec leaves some."""


def channels(sounds: Sequence[Sound], options: ChannelsOptions) -> Columns:
    """Return of each sound whether its channels are all the same, how many are silent, and how they correlate.

    Where a sound has one channel, or is silent, sameness and correlation are ``None``.
    """
    varying = [sound.samples - sound.samples.mean(axis=1, keepdims=True) for sound in sounds]
    return {
        "dual_mono": [_same(each, options) for each in varying],
        "silent_channels": [int(np.sum(_levels(each) < options.silent_dbfs)) for each in varying],
        "channel_correlation": [_correlation(each) for each in varying],
    }


def _levels(varying: np.ndarray) -> np.ndarray:
    """Return the root mean square of each channel, in decibels of full scale."""
    power = np.square(varying, dtype=np.float64).mean(axis=1)
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-12)))


def _same(varying: np.ndarray, options: ChannelsOptions) -> bool | None:
    loudest = float(_levels(varying).max())
    if len(varying) == 1 or loudest < options.silent_dbfs:
        return None
    return bool(_levels(varying - varying[:1]).max() < loudest + options.same_db)


def _correlation(varying: np.ndarray) -> float | None:
    """Return the correlation of the first two channels, -1 where they cancel out when mixed."""
    if len(varying) == 1:
        return None
    one, other = varying[:2].astype(np.float64)
    scale = np.sqrt(np.dot(one, one) * np.dot(other, other))
    return float(np.dot(one, other) / scale) if scale > 0.0 else None


CHANNELS = Cleaner(
    name="audio/channels",
    version=1,
    modality="audio",
    summary="Whether channels repeat each other, are silent, or cancel out. All its rules are off by default.",
    options=ChannelsOptions,
    facts=(
        Fact(name="dual_mono", dtype="bool", summary="Whether all channels are the same; absent for one channel."),
        Fact(name="silent_channels", dtype="int64", summary="How many channels are silent."),
        Fact(name="channel_correlation", dtype="float64", summary="Correlation of the first two channels, -1 to 1."),
    ),
    measure=channels,
    rules=(
        Rule("dual_mono", reason="dual-mono", one_of=(False,), on=False),
        Rule("silent_channels", reason="silent-channel", at_most=0.0, on=False),
        Rule("channel_correlation", reason="out-of-phase", at_least=-0.9, on=False),
    ),
)
