"""How many pixels a video has."""

from collections.abc import Sequence

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_video.clip import Clip


def resolution(clips: Sequence[Clip], options: Options) -> Columns:
    """Return the size of each video as it is shown, in pixels."""
    return {
        "width": [clip.width for clip in clips],
        "height": [clip.height for clip in clips],
        "short_side": [min(clip.width, clip.height) for clip in clips],
    }


RESOLUTION = Cleaner(
    name="video/resolution",
    version=1,
    modality="video",
    summary="How many pixels a video has, rotation honoured; drops thumbnails.",
    facts=(
        Fact(name="width", dtype="int64", summary="Pixels from left to right, as shown."),
        Fact(name="height", dtype="int64", summary="Pixels from top to bottom, as shown."),
        Fact(name="short_side", dtype="int64", summary="The smaller of both, in pixels."),
    ),
    measure=resolution,
    rules=(Rule("short_side", reason="too-small", at_least=64.0),),
)
