"""How much moves in a video."""

from collections.abc import Sequence

import numpy as np

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_video.clip import Clip


def motion(clips: Sequence[Clip], options: Options) -> Columns:
    """Return the mean absolute difference of luma between consecutive frames of each video: its median and its 95 %.

    It is measured on pictures of at most 128 pixels, in steps of 8-bit luma. ``None`` stands for a single frame.
    """
    changes = [clip.trace.change[1:] for clip in clips]
    return {
        "motion": [float(np.median(each)) if len(each) else None for each in changes],
        "highest_motion": [float(np.quantile(each, 0.95)) if len(each) else None for each in changes],
    }


MOTION = Cleaner(
    name="video/motion",
    version=1,
    modality="video",
    summary="How much moves in a video. Its rules are off by default.",
    facts=(
        Fact(name="motion", dtype="float64", summary="Median of the mean change of luma from frame to frame."),
        Fact(name="highest_motion", dtype="float64", summary="The same at its 95th percentile."),
    ),
    measure=motion,
    rules=(
        Rule("motion", reason="still", at_least=0.02, on=False),
        Rule("motion", reason="restless", at_most=30.0, on=False),
    ),
)
