"""How much of a video stands still, and how many of its frames repeat the one before."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_video.clip import Clip
from mmhub_video.runs import lasting_seconds, share_of_time

_AROUND = 4
_STEADY = 2


class FrozenOptions(Options):
    """What counts as a repetition, and what as frozen."""

    share: float = Field(default=0.25, ge=0.0, le=1.0)
    """A frame repeats the one before if it changes at most this much of what the frames around it do."""
    change: float = Field(default=0.8, ge=0.0)
    """A frozen picture changes nowhere by more, in steps of luma: coding alone leaves up to one."""
    frozen_seconds: float = Field(default=1.0, gt=0.0)
    """A picture that is shown for this long without a change is frozen."""


def frozen(clips: Sequence[Clip], options: FrozenOptions) -> Columns:
    """Return the share of frames that repeat the one before, the share of time that is frozen, and the longest span.

    The change of a frame is that in the area of 4 x 4 pixels where it is largest, of a picture of 128 pixels. What is
    frozen is told by the median of five frames, as a picture that is coded anew changes a little. A single frame that
    is shown for long is frozen, too.
    """
    found = [_spans(clip, options) for clip in clips]
    return {
        "duplicated_ratio": [_repeated(clip.trace.largest_change[1:], options.share) for clip in clips],
        "frozen_ratio": [share_of_time(clip, spans) for clip, spans in zip(clips, found, strict=True)],
        "longest_frozen_seconds": [max(spans, default=0.0) for spans in found],
    }


def _repeated(change: np.ndarray, share: float) -> float:
    """Return the share of changes that are small beside the largest of those around them; none where all are tiny."""
    if not len(change):
        return 0.0
    return float(np.mean(change <= share * _windows(change, _AROUND).max(axis=1)))


def _spans(clip: Clip, options: FrozenOptions) -> list[float]:
    """Return how long each frozen span lasts; it begins with the frame that is repeated."""
    lasting = lasting_seconds(clip)
    still = np.zeros(len(lasting), bool)
    if len(still) > 1:
        steady = np.median(_windows(clip.trace.largest_change[1:], _STEADY), axis=1)
        still[1:] = steady <= options.change
    starts = np.flatnonzero(~still)
    lengths = np.add.reduceat(lasting, starts)
    return [float(length) for length in lengths if length >= options.frozen_seconds]


def _windows(values: np.ndarray, reach: int) -> np.ndarray:
    """Return each value with those up to ``reach`` before and behind it, [n, 2 * reach + 1]; ends are repeated."""
    return np.lib.stride_tricks.sliding_window_view(np.pad(values, reach, mode="edge"), 2 * reach + 1)


FROZEN = Cleaner(
    name="video/frozen",
    version=1,
    modality="video",
    summary="How much of a video stands still; drops what is frozen for more than half of the time.",
    options=FrozenOptions,
    facts=(
        Fact(name="duplicated_ratio", dtype="float64", summary="Share of frames that repeat the one before, 0 to 1."),
        Fact(name="frozen_ratio", dtype="float64", summary="Share of the time that is frozen, 0 to 1."),
        Fact(name="longest_frozen_seconds", dtype="float64", summary="The longest frozen span in seconds."),
    ),
    measure=frozen,
    rules=(
        Rule("frozen_ratio", reason="frozen", at_most=0.5),
        Rule("duplicated_ratio", reason="duplicated-frames", at_most=0.4),
        Rule("longest_frozen_seconds", reason="frozen-span", at_most=5.0, on=False),
    ),
)
