"""The audio modality of mmhub.

Operators are imported when they are asked for: a worker imports those alone that it was sent.
"""

from collections.abc import Iterable

from mmhub import Cleaner, Encoder, Modality, Segmenter, hookimpl
from mmhub_audio.decode import decode
from mmhub_audio.encode import encode
from mmhub_audio.sound import Sound

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
    """Offer what can be repaired, and what can be measured, on single sounds."""
    from mmhub_audio.bandwidth import BANDWIDTH
    from mmhub_audio.centring import CENTRING
    from mmhub_audio.channels import CHANNELS
    from mmhub_audio.clipping import CLIPPING
    from mmhub_audio.dc_offset import DC_OFFSET
    from mmhub_audio.denoising import DENOISING
    from mmhub_audio.duration import DURATION
    from mmhub_audio.fingerprint import FINGERPRINT
    from mmhub_audio.format import FORMAT
    from mmhub_audio.levelling import LEVELLING
    from mmhub_audio.loudness import LOUDNESS
    from mmhub_audio.mono import MONO
    from mmhub_audio.overlap import OVERLAP
    from mmhub_audio.resampling import RESAMPLING
    from mmhub_audio.reverberation import REVERBERATION
    from mmhub_audio.silence import SILENCE
    from mmhub_audio.snr import SNR
    from mmhub_audio.speech import SPEECH
    from mmhub_audio.trimming import TRIMMING

    yield from (CENTRING, DENOISING, LEVELLING, MONO, RESAMPLING, TRIMMING)
    yield from (DURATION, FORMAT, CHANNELS, SILENCE, LOUDNESS, DC_OFFSET, CLIPPING, BANDWIDTH)
    yield from (SPEECH, OVERLAP, SNR, REVERBERATION, FINGERPRINT)


@hookimpl
def mmhub_segmenters() -> Iterable[Segmenter]:
    """Offer to cut sounds where they are silent, into windows, or where their rows say."""
    from mmhub_audio.cut_by_silence import CUT_BY_SILENCE
    from mmhub_audio.cut_by_span import CUT_BY_SPAN
    from mmhub_audio.cut_by_window import CUT_BY_WINDOW

    yield from (CUT_BY_SILENCE, CUT_BY_WINDOW, CUT_BY_SPAN)


@hookimpl
def mmhub_encoders() -> Iterable[Encoder]:
    """Offer vectors of sounds, one of them comparable with texts."""
    from mmhub_audio.clap import CLAP
    from mmhub_audio.log_mel import LOG_MEL
    from mmhub_audio.transformer import TRANSFORMER

    yield from (LOG_MEL, CLAP, TRANSFORMER)
