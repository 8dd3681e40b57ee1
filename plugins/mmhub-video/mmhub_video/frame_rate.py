"""How many frames a video shows in a second, and how regularly."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_video.clip import Clip


class FrameRateOptions(Options):
    """What counts as irregular."""

    tolerance: float = Field(default=0.25, gt=0.0)
    """By what share of the usual interval between frames another may differ; Matroska rounds times to a millisecond."""


def frame_rate(clips: Sequence[Clip], options: FrameRateOptions) -> Columns:
    """Return the average frame rate of each video, the share of irregular intervals, and the longest one.

    The usual interval is the median. ``None`` stands for videos whose frames are too few or have no times.
    """
    found = [_intervals(clip) for clip in clips]
    return {
        "frame_rate_hz": [clip.frame_rate_hz for clip in clips],
        "irregular_ratio": [None if each is None else _irregular(each, options.tolerance) for each in found],
        "longest_interval_seconds": [None if each is None else float(each.max()) for each in found],
    }


def _intervals(clip: Clip) -> np.ndarray | None:
    shown = clip.trace.shown_seconds
    return None if len(shown) < 3 or np.isnan(shown).any() else np.diff(shown)


def _irregular(intervals: np.ndarray, tolerance: float) -> float:
    usual = float(np.median(intervals))
    return float(np.mean(np.abs(intervals - usual) > tolerance * usual))


FRAME_RATE = Cleaner(
    name="video/frame-rate",
    version=2,
    modality="video",
    summary="How many frames a video shows in a second, and how regularly; drops slide shows and what stutters.",
    options=FrameRateOptions,
    facts=(
        Fact(name="frame_rate_hz", dtype="float64", summary="Frames decoded over their duration."),
        Fact(
            name="irregular_ratio", dtype="float64", summary="Share of intervals between frames unlike the usual one."
        ),
        Fact(name="longest_interval_seconds", dtype="float64", summary="The longest time from one frame to the next."),
    ),
    measure=frame_rate,
    rules=(
        Rule("frame_rate_hz", reason="low-frame-rate", at_least=5.0),
        Rule("irregular_ratio", reason="irregular-frame-rate", at_most=0.1),
    ),
)
