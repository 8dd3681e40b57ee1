"""Whether pictures of a video suddenly go wrong by blocks, though they decode."""

from collections.abc import Sequence

import numpy as np

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_video.clip import Clip
from mmhub_video.seams import oddness


def glitches(clips: Sequence[Clip], options: Options) -> Columns:
    """Return how far one frame of each video stands out by change along the sides of blocks, and how many do.

    This is what damage looks like that a decoder does not notice. From one on a frame is suspect; a video of fast
    motion, or coded very low, reaches three.
    """
    found = [oddness(clip.trace.seams) for clip in clips]
    return {
        "glitch": [float(each.max(initial=0.0)) for each in found],
        "glitches": [int(np.sum(each > 1.0)) for each in found],
    }


GLITCHES = Cleaner(
    name="video/glitches",
    version=1,
    modality="video",
    summary="Whether pictures suddenly go wrong by blocks; drops where one does beyond doubt.",
    facts=(
        Fact(name="glitch", dtype="float64", summary="How far one frame stands out; from one on it is suspect."),
        Fact(name="glitches", dtype="int64", summary="Frames that are suspect."),
    ),
    measure=glitches,
    rules=(Rule("glitch", reason="glitched", at_most=5.0),),
)
