"""Up to which frequency a sound really reaches, whatever its rate: upsampling and lossy codecs leave an edge."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound
from mmhub_audio.spectrum import Frames, spectra

_WINDOW_SECONDS = 0.03
_BESIDE_HZ = 800.0
"""How wide a band below and above an edge is compared."""
_EDGE_HZ = 150.0
"""How far an edge reaches to either side: the flanks of the filters in use."""
_LOW_HZ = 5000.0
_LOUD_QUANTILE = 0.95
"""Levels are those of the loudest windows, which lie farthest above the floor of 16 bits."""


class BandwidthOptions(Options):
    """What counts as an edge."""

    drop_db: float = Field(default=12.0, gt=0.0)
    """How many decibels the spectrum drops at an edge, whatever lies above it."""
    low_drop_db: float = Field(default=17.0, gt=0.0)
    """How many it drops at an edge below 5 kHz, where voices have steep flanks of their own."""
    flat_drop_db: float = Field(default=7.0, gt=0.0)
    """How many it drops where nothing but a flat floor lies above it, as after a conversion to 16 bits."""
    flat_db: float = Field(default=3.0, gt=0.0)
    """Within how many decibels a floor is flat."""
    lowest_hz: float = Field(default=3000.0, gt=0.0)
    """No edge is sought below: single tones have steep flanks there, and a telephone reaches beyond."""
    most_seconds: float = Field(default=60.0, gt=0.0)
    """How much of a sound is looked at, from its middle."""


@dataclass(frozen=True)
class Edge:
    """Where a spectrum ends, and by how many decibels it drops there."""

    hertz: float
    drop_db: float


def bandwidth(sounds: Sequence[Sound], options: BandwidthOptions) -> Columns:
    """Return the frequency above which there is nothing, its share of half the rate, and the drop there.

    It is where the spectrum drops most, and stays low. A spectrum that fades into its noise has no edge: its
    bandwidth is half the rate, and so is that of digital silence.
    """
    edges = [_edge(sound, options) for sound in sounds]
    return {
        "bandwidth_hz": [edge.hertz for edge in edges],
        "bandwidth_ratio": [2.0 * edge.hertz / sound.rate_hz for edge, sound in zip(edges, sounds, strict=True)],
        "edge_db": [edge.drop_db for edge in edges],
    }


def _edge(sound: Sound, options: BandwidthOptions) -> Edge:
    window = 1 << int(np.ceil(np.log2(sound.rate_hz * _WINDOW_SECONDS)))
    levels = _levels(_middle(sound, options), Frames(rate_hz=sound.rate_hz, window=window, hop=window // 2))
    step = sound.rate_hz / window
    gap, width = max(1, round(_EDGE_HZ / step)), max(3, round(_BESIDE_HZ / step))
    centres = np.arange(max(width + gap, round(options.lowest_hz / step)), len(levels) - gap - width)
    whole = Edge(sound.rate_hz / 2.0, 0.0)
    if not len(centres):
        return whole
    beside = sliding_window_view(levels, width)
    high = np.percentile(beside, 75, axis=1)
    ahead = centres + gap
    drops = np.median(beside, axis=1)[centres - gap - width] - _highest_from(high)[ahead]
    flat = _highest_from(high)[ahead] - _lowest_from(np.median(beside, axis=1))[ahead] <= options.flat_db
    needed = np.where(centres * step < _LOW_HZ, options.low_drop_db, options.drop_db)
    found = (drops >= needed) | (flat & (drops >= options.flat_drop_db))
    if not found.any():
        return whole
    best = int(np.argmax(np.where(found, drops, -np.inf)))
    return Edge(float(centres[best] * step), float(drops[best]))


def _middle(sound: Sound, options: BandwidthOptions) -> np.ndarray:
    most = int(options.most_seconds * sound.rate_hz)
    start = max(0, sound.mono.size - most) // 2
    return np.asarray(sound.mono[start : start + most])


def _levels(samples: np.ndarray, frames: Frames) -> np.ndarray:
    """Return the level of the loudest windows at each frequency, in decibels of full scale, float64[bins]."""
    power = np.concatenate(list(spectra(samples, frames)))
    rank = min(len(power) - 1, round(_LOUD_QUANTILE * (len(power) - 1)))
    loud = np.partition(power, rank, axis=0)[rank]
    return np.asarray(10.0 * np.log10(loud.astype(np.float64) + 1e-16))


def _highest_from(levels: np.ndarray) -> np.ndarray:
    return np.asarray(np.maximum.accumulate(levels[::-1])[::-1])


def _lowest_from(levels: np.ndarray) -> np.ndarray:
    return np.asarray(np.minimum.accumulate(levels[::-1])[::-1])


BANDWIDTH = Cleaner(
    name="audio/bandwidth",
    version=1,
    modality="audio",
    summary="Up to which frequency a sound reaches; drops what was upsampled or cut off by a lossy codec.",
    options=BandwidthOptions,
    facts=(
        Fact(name="bandwidth_hz", dtype="float64", summary="Frequency of the edge in Hz; half the rate without one."),
        Fact(name="bandwidth_ratio", dtype="float64", summary="Bandwidth over half the rate, 0 to 1."),
        Fact(name="edge_db", dtype="float64", summary="By how many decibels the spectrum drops there."),
    ),
    measure=bandwidth,
    rules=(Rule("bandwidth_ratio", reason="false-bandwidth", at_least=0.8),),
)
