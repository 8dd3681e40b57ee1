"""How long a video lasts."""

from collections.abc import Sequence

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_video.clip import Clip


def duration(clips: Sequence[Clip], options: Options) -> Columns:
    """Return how long each video is shown, in seconds, and in how many frames."""
    return {
        "duration_seconds": [clip.duration_seconds for clip in clips],
        "frame_count": [clip.frame_count for clip in clips],
    }


DURATION = Cleaner(
    name="video/duration",
    version=1,
    modality="video",
    summary="How long a video lasts; drops what is too short to show anything. `too-long` is off by default.",
    facts=(
        Fact(
            name="duration_seconds", dtype="float64", summary="From the first frame to the end of the last, in seconds."
        ),
        Fact(name="frame_count", dtype="int64", summary="Frames decoded."),
    ),
    measure=duration,
    rules=(
        Rule("duration_seconds", reason="too-short", at_least=0.5),
        Rule("duration_seconds", reason="too-long", at_most=600.0, on=False),
    ),
)
