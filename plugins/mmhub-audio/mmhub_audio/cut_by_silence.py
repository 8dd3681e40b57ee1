"""A sound cut where it is silent."""

import numpy as np
from pydantic import Field

from mmhub import Segment, Segmenter
from mmhub_audio.cutting import CutOptions, Packets, Samples, is_exact
from mmhub_audio.sound import NS_PER_SECOND, Sound
from mmhub_audio.trimming import levels


class SilenceCutOptions(CutOptions):
    """What counts as silence, and how much of it parts two pieces."""

    below_peak_db: float = Field(default=40.0, gt=0.0)
    """A window this many decibels below the loudest one is silent."""
    window_seconds: float = Field(default=0.02, gt=0.0)
    """The length of a window."""
    pause_seconds: float = Field(default=0.5, gt=0.0)
    """A shorter silence does not part what is before and behind it."""
    margin_seconds: float = Field(default=0.1, ge=0.0)
    """How much silence stays at each end of a piece, at most half of a pause."""
    shortest_seconds: float = Field(default=0.2, ge=0.0)
    """What is heard for a shorter time makes no piece."""


def cut_by_silence(sound: Sound, options: SilenceCutOptions) -> list[Segment]:
    """Return what is heard between silences; of a sound that is silent throughout, nothing."""
    window = max(1, round(options.window_seconds * sound.rate_hz))
    found = levels(sound, window)
    heard = found > found.max() * 10.0 ** (-options.below_peak_db / 10.0)
    runs = _runs(heard, least_gap=max(1, round(options.pause_seconds * sound.rate_hz / window)))
    length = round(sound.raw.shape[1] * NS_PER_SECOND / sound.rate_hz)
    step = window * NS_PER_SECOND / sound.rate_hz
    margin = round(min(options.margin_seconds, options.pause_seconds / 2) * NS_PER_SECOND)
    spans = [
        (max(0, round(first * step) - margin), min(length, round(stop * step) + margin))
        for first, stop in runs
        if (stop - first) * step >= options.shortest_seconds * NS_PER_SECOND
    ]
    whole = Samples(sound) if options.exact or is_exact(sound.codec) else Packets(sound.media)
    return [each for each in whole.pieces(spans) if each is not None]


def _runs(heard: np.ndarray, *, least_gap: int) -> list[tuple[int, int]]:
    """Return from which window to before which something is heard, gaps of fewer windows than ``least_gap`` in it."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], heard, [False]))))
    starts, stops = edges[::2], edges[1::2]
    parted = np.flatnonzero(starts[1:] - stops[:-1] >= least_gap)
    firsts, lasts = np.append(0, parted + 1), np.append(parted, len(starts) - 1)
    return (
        [(int(starts[first]), int(stops[last])) for first, last in zip(firsts, lasts, strict=True)]
        if len(starts)
        else []
    )


CUT_BY_SILENCE = Segmenter(
    name="audio/cut-by-silence",
    version=1,
    modality="audio",
    summary="Cuts a sound where it is silent for a while, and leaves out the silence.",
    options=SilenceCutOptions,
    cut=cut_by_silence,
)
