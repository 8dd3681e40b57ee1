"""English words found in a recording by PocketSphinx, whose model comes in its wheel (github.com/cmusphinx)."""

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mmhub_speech.alignment import Found
from mmhub_speech.letters import sounds

if TYPE_CHECKING:
    from pocketsphinx import Decoder

FRAME_NS = 10_000_000
_BEAMS = ((1e-48, 7e-29), (1e-100, 1e-80))
"""How unlikely a path may be to be followed still, within words and at their ends: narrow first, which is exact."""
_LEAST_SAMPLES = 800
"""PocketSphinx looks at 25 ms at once; nothing is said in less than 50."""
_LEAST = 5e-324
"""The smallest float that is not zero: likelihoods below it come as zero."""


def find_words(samples: np.ndarray, words: Sequence[str]) -> list[Found] | None:
    """Return when each word is spoken in a sound, float[n] at 16 kHz; None where no path leads through all words.

    Words are of the letters a to z, and apostrophes; those in no dictionary are sounded out. There may be pauses
    between them. A narrow search is tried first, and a wide one where it loses the path.
    """
    if len(samples) < _LEAST_SAMPLES:
        return None
    data = np.rint(np.clip(samples, -1.0, 1.0) * 32_767).astype("<i2").tobytes()
    for beam, word_beam in _BEAMS:
        found = _searched(_decoder(beam, word_beam), data, words)
        if found is not None:
            return found
    return None


def _searched(decoder: "Decoder", data: bytes, words: Sequence[str]) -> list[Found] | None:
    for word in words:
        if decoder.lookup_word(word) is None:
            decoder.add_word(word, _phones(decoder, word), True)
    decoder.set_align_text(" ".join(words))
    # else the features of one recording start from what the one before has left
    decoder.reinit_feat()
    try:
        decoder.start_utt()
        decoder.process_raw(data, full_utt=True)
        decoder.end_utt()
    except RuntimeError:
        return None
    segments = [each for each in decoder.seg() or () if each.word[0] not in "<["]
    # a path that was lost before the end holds only its first words
    if [segment.word.partition("(")[0] for segment in segments] != list(words):
        return None
    return [
        Found(
            start_ns=each.start_frame * FRAME_NS,
            end_ns=(each.end_frame + 1) * FRAME_NS,
            log_ratio=math.log(max(each.ascore, _LEAST)),
            frames=each.end_frame + 1 - each.start_frame,
        )
        for each in segments
    ]


def _phones(decoder: "Decoder", word: str) -> str:
    """Return what a word in no dictionary may sound like; a genitive is its noun with an ending."""
    noun = word.removesuffix("'s")
    known = decoder.lookup_word(noun) if noun != word else None
    if known is None:
        return sounds(word) or "AH"
    last = known.split()[-1]
    if last in ("S", "Z", "SH", "ZH", "CH", "JH"):
        return f"{known} IH Z"
    return f"{known} {'S' if last in ('P', 'T', 'K', 'F', 'TH') else 'Z'}"


@functools.cache
def _decoder(beam: float, word_beam: float) -> "Decoder":
    """Return a decoder, which takes the mean of the cepstra over each whole recording.

    Without weight on the language model, a pause costs what it sounds like and no more.
    """
    from pocketsphinx import Decoder

    return Decoder(lm=None, loglevel="FATAL", cmn="batch", lw=1.0, beam=beam, pbeam=beam, wbeam=word_beam)
