"""How many frames a video shows in a second."""

from collections.abc import Sequence

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_video.clip import Clip


def frame_rate(clips: Sequence[Clip], options: Options) -> Columns:
    """Return the average frame rate of each video."""
    return {"frame_rate_hz": [clip.frame_rate_hz for clip in clips]}


FRAME_RATE = Cleaner(
    name="video/frame-rate",
    version=1,
    modality="video",
    summary="How many frames a video shows in a second, on average; drops slide shows.",
    facts=(Fact(name="frame_rate_hz", dtype="float64", summary="Frames decoded over their duration."),),
    measure=frame_rate,
    rules=(Rule("frame_rate_hz", reason="low-frame-rate", at_least=5.0),),
)
