"""The audio modality of mmhub."""

from collections.abc import Iterable

from mmhub import Cleaner, Encoder, Modality, hookimpl
from mmhub_audio.clap import CLAP
from mmhub_audio.clipping import CLIPPING
from mmhub_audio.decode import decode
from mmhub_audio.duration import DURATION
from mmhub_audio.encode import encode
from mmhub_audio.format import FORMAT
from mmhub_audio.log_mel import LOG_MEL
from mmhub_audio.silence import SILENCE
from mmhub_audio.sound import Sound
from mmhub_audio.transformer import TRANSFORMER

__all__ = ["Sound", "decode", "encode"]


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    """Name the kinds of value this plugin understands: sounds."""
    yield Modality(
        name="audio",
        version=1,
        summary="A sound, decoded in full by FFmpeg.",
        feature="Audio",
        decode=decode,
        encode=encode,
    )


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    """Offer what can be measured on a sound without a model."""
    yield from (DURATION, FORMAT, SILENCE, CLIPPING)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    """Offer vectors of sounds, one of them comparable with texts."""
    yield from (LOG_MEL, CLAP, TRANSFORMER)
