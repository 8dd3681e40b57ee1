"""Where one shot of a video ends and the next begins."""

import json
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_video.clip import Clip


class ShotsOptions(Options):
    """What counts as a change of shot."""

    least_change: float = Field(default=5.0, gt=0.0)
    """Mean change of luma and both chromas at a cut, in steps of 8 bits, at least."""
    times: float = Field(default=3.0, gt=1.0)
    """How many times as much as in the frames around it the picture changes at a cut, at least."""
    window: int = Field(default=3, ge=1)
    """How many frames on either side are compared with."""
    shortest_seconds: float = Field(default=0.4, ge=0.0)
    """Of changes that follow each other faster only the first counts."""


def shots(clips: Sequence[Clip], options: ShotsOptions) -> Columns:
    """Return how often the shot changes in each video, when, and how often in a minute.

    A cut is where the picture changes all at once, and changes little before and behind: the adaptive content
    detector of PySceneDetect, on luma and chroma. Fades and dissolves are not found.
    """
    found = [cuts(clip, options) for clip in clips]
    return {
        "shot_changes": [len(each) for each in found],
        "shot_changes_per_minute": [
            60.0 * len(each) / clip.duration_seconds if clip.duration_seconds else 0.0
            for clip, each in zip(clips, found, strict=True)
        ],
        "shot_change_seconds": [json.dumps([round(at, 3) for at in each]) for each in found],
    }


def cuts(clip: Clip, options: ShotsOptions) -> list[float]:
    """Return when a new shot begins, in seconds from the first frame."""
    content = clip.trace.content.astype(np.float64)
    kept: list[float] = []
    for frame in np.flatnonzero(changes(content, options)):
        seconds = _seconds(clip, int(frame))
        if seconds >= (kept[-1] if kept else 0.0) + options.shortest_seconds:
            kept.append(seconds)
    return kept


def changes(content: np.ndarray, options: ShotsOptions) -> np.ndarray:
    """Return at which frames the picture changes all at once, bool[n], by how much each differs from the one before.

    The first frame counts as no change, and ``options.window`` frames on either side of each are looked at.
    """
    around = _around(content, options.window)
    return np.asarray((content >= options.least_change) & (content >= options.times * around))


def _around(content: np.ndarray, window: int) -> np.ndarray:
    """Return the mean over up to ``window`` frames on either side of each frame, itself left out, float64[n]."""
    kernel = np.ones(2 * window + 1)
    kernel[window] = 0.0
    inside = np.ones(len(content))
    # the first frame is the change from nothing
    inside[:1] = 0.0
    count = np.convolve(inside, kernel)[window : window + len(content)]
    return np.asarray(np.convolve(content * inside, kernel)[window : window + len(content)] / np.maximum(count, 1.0))


def _seconds(clip: Clip, frame: int) -> float:
    shown = clip.trace.shown_seconds
    if np.isnan(shown).any():
        return frame * clip.duration_seconds / clip.frame_count
    return float(shown[frame] - shown[0])


SHOTS = Cleaner(
    name="video/shots",
    version=1,
    modality="video",
    summary="How often the shot changes, and when. `too-many-shots` is off by default.",
    options=ShotsOptions,
    facts=(
        Fact(name="shot_changes", dtype="int64", summary="Cuts from one shot to another."),
        Fact(name="shot_changes_per_minute", dtype="float64", summary="Cuts over the duration in minutes."),
        Fact(name="shot_change_seconds", dtype="string", summary="When they are, in seconds, as a JSON list."),
    ),
    measure=shots,
    rules=(Rule("shot_changes_per_minute", reason="too-many-shots", at_most=60.0, on=False),),
)
