"""How much of a video is black."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_video.clip import Clip
from mmhub_video.runs import lasting_seconds, runs, share_of_time


class BlackOptions(Options):
    """What counts as black."""

    luma: int = Field(default=38, ge=0, le=255)
    """A frame is black whose luma is nowhere above this, but for 2 % of it: FFmpeg's blackdetect, for limited range."""


def black(clips: Sequence[Clip], options: BlackOptions) -> Columns:
    """Return the share of each video's time that is black, and the longest black span in seconds."""
    found = [_spans(clip, options.luma) for clip in clips]
    return {
        "black_ratio": [share_of_time(clip, spans) for clip, spans in zip(clips, found, strict=True)],
        "longest_black_seconds": [max(spans, default=0.0) for spans in found],
    }


def _spans(clip: Clip, luma: int) -> list[float]:
    lasting = lasting_seconds(clip)
    return [float(np.sum(lasting[start:stop])) for start, stop in runs(clip.trace.highlights <= luma)]


BLACK = Cleaner(
    name="video/black",
    version=1,
    modality="video",
    summary="How much of a video is black; drops what is so for more than half of the time.",
    options=BlackOptions,
    facts=(
        Fact(name="black_ratio", dtype="float64", summary="Share of the time that shows a black frame, 0 to 1."),
        Fact(name="longest_black_seconds", dtype="float64", summary="The longest black span in seconds."),
    ),
    measure=black,
    rules=(
        Rule("black_ratio", reason="mostly-black", at_most=0.5),
        Rule("longest_black_seconds", reason="black-span", at_most=1.0, on=False),
    ),
)
