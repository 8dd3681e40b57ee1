"""Subtitles, transcripts and speech: when they belong together, and whether.

Operators are imported when they are asked for: a worker imports those alone that it was sent.
"""

from collections.abc import Iterable

from mmhub import Aligner, Cleaner, Modality, Segmenter, hookimpl
from mmhub_speech.cue import Cue
from mmhub_speech.rolling import unrolled
from mmhub_speech.subtitles import Subtitles, decode, encode

__all__ = ["Cue", "Subtitles", "decode", "encode", "unrolled"]


@hookimpl
def mmhub_modalities() -> Iterable[Modality]:
    """Name the kind of value this plugin understands: files of subtitles."""
    yield Modality(
        name="subtitles",
        version=1,
        summary="Texts and when they are shown: SubRip, WebVTT, or the captions of HowTo100M.",
        decode=decode,
        encode=encode,
    )


@hookimpl
def mmhub_cleaners() -> Iterable[Cleaner]:
    """Offer to tell rolling captions once."""
    from mmhub_speech.unrolling import UNROLL

    yield UNROLL


@hookimpl
def mmhub_aligners() -> Iterable[Aligner]:
    """Offer when subtitles belong to a sound, and when the words of a transcript do."""
    from mmhub_speech.ctc_words import CTC_WORDS
    from mmhub_speech.synchrony import RETIME, TIMING
    from mmhub_speech.words import WORDS

    yield from (TIMING, RETIME, WORDS, CTC_WORDS)


@hookimpl
def mmhub_segmenters() -> Iterable[Segmenter]:
    """Offer to cut sounds and videos together with their subtitles, cue by cue."""
    from mmhub_speech.cutting import CUT_SOUND, CUT_VIDEO

    yield from (CUT_SOUND, CUT_VIDEO)
