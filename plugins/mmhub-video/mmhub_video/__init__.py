"""The video modality of mmhub."""

from collections.abc import Iterable

from mmhub import Cleaner, Encoder, Modality, hookimpl
from mmhub_video.clip import Clip
from mmhub_video.decode import decode
from mmhub_video.duration import DURATION
from mmhub_video.frame_rate import FRAME_RATE
from mmhub_video.frames import FRAMES
from mmhub_video.resolution import RESOLUTION
from mmhub_video.sound import SOUND

__all__ = ["Clip", "decode"]


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    """Name the kinds of value this plugin understands: videos."""
    yield Modality(
        name="video",
        version=1,
        summary="A video, every frame and its sound decoded by FFmpeg.",
        feature="Video",
        decode=decode,
    )


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    """Offer what can be measured on a video without a model."""
    yield from (DURATION, RESOLUTION, FRAME_RATE, SOUND)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    """Offer vectors of videos that can be compared with texts."""
    yield FRAMES
