"""The video modality of mmhub.

Operators are imported when they are asked for: a worker imports those alone that it was sent.
"""

from collections.abc import Iterable

from mmhub import Aligner, Cleaner, Encoder, Modality, Segmenter, hookimpl
from mmhub_video.clip import Clip
from mmhub_video.decode import decode
from mmhub_video.encode import encode

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
        encode=encode,
    )


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    """Offer what can be measured on a video without a model."""
    from mmhub_video.av_offset import AV_OFFSET
    from mmhub_video.av_shift import AV_SHIFT
    from mmhub_video.black import BLACK
    from mmhub_video.borders import BORDERS
    from mmhub_video.duration import DURATION
    from mmhub_video.frame_rate import FRAME_RATE
    from mmhub_video.frozen import FROZEN
    from mmhub_video.glitches import GLITCHES
    from mmhub_video.motion import MOTION
    from mmhub_video.of_frames import OF_FRAMES
    from mmhub_video.of_sound import OF_SOUND
    from mmhub_video.resolution import RESOLUTION
    from mmhub_video.shots import SHOTS
    from mmhub_video.sound import SOUND

    yield from (DURATION, RESOLUTION, FRAME_RATE, SOUND)
    yield from (BLACK, FROZEN, GLITCHES, MOTION, SHOTS, BORDERS)
    yield from (AV_OFFSET, AV_SHIFT)
    yield from (*OF_FRAMES, *OF_SOUND)


@hookimpl
def mmhub_aligners() -> Iterable[Aligner]:
    """Offer to time a sound beside a video, and to compare how long both are."""
    from mmhub_video.av_offset import AUDIO_OFFSET
    from mmhub_video.lengths import LENGTHS

    yield from (AUDIO_OFFSET, LENGTHS)


@hookimpl
def mmhub_segmenters() -> Iterable[Segmenter]:
    """Offer to cut the good out of a damaged video, and any video by its shots, into windows, or where its row says."""
    from mmhub_video.cut_by_shot import CUT_BY_SHOT
    from mmhub_video.cut_by_span import CUT_BY_SPAN
    from mmhub_video.cut_by_window import CUT_BY_WINDOW
    from mmhub_video.salvage import SALVAGE

    yield from (SALVAGE, CUT_BY_SHOT, CUT_BY_WINDOW, CUT_BY_SPAN)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    """Offer vectors of videos, and of all that can be compared with them: texts, sounds, pictures."""
    from mmhub_video.embedding_gemma import EMBEDDING_GEMMA
    from mmhub_video.frames import FRAMES
    from mmhub_video.pe_av import PE_AV
    from mmhub_video.transformer import TRANSFORMER
    from mmhub_video.xclip import XCLIP

    yield from (FRAMES, XCLIP, TRANSFORMER)
    yield from (EMBEDDING_GEMMA, PE_AV)
