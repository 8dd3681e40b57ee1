"""Runs of frames that have something in common, and how long they last."""

from collections.abc import Sequence

import numpy as np

from mmhub_video.clip import Clip


def lasting_seconds(clip: Clip) -> np.ndarray:
    """Return how long each frame is shown, float64[n]; where the file does not say, all are taken to last alike."""
    shown, usual = clip.trace.shown_seconds, clip.duration_seconds / max(1, clip.frame_count)
    if len(shown) < 2 or np.isnan(shown).any():
        return np.full(len(shown), usual)
    intervals = np.diff(shown)
    return np.append(np.maximum(intervals, 0.0), max(0.0, clip.duration_seconds - (shown[-1] - shown[0])))


def share_of_time(clip: Clip, spans: Sequence[float]) -> float:
    """Return which share of a video some spans are, given in seconds; none of one that has no length."""
    return sum(spans) / clip.duration_seconds if clip.duration_seconds else 0.0


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Return where each run of true values begins and ends, from bool[n]."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
