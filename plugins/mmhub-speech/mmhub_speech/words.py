"""When each word of an English transcript is spoken, and whether the transcript is what is said, by PocketSphinx."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from mmhub import Aligner, Columns, Options, Rule
from mmhub_speech.alignment import ABSTAINING, FACTS, aligned, columns
from mmhub_speech.sphinx import find_words
from mmhub_speech.transcript import Said


class WordOptions(Options):
    """When times are told."""

    least_score: float = Field(default=-3.0, le=0.0)
    """Below this score no times are told: they would be those of other words."""


def words(texts: Sequence[str], sounds: Sequence[Any], options: WordOptions) -> Columns:
    """Return when each word of English texts is spoken in sounds, by forced alignment, and how well all fit."""
    pairs = zip(texts, sounds, strict=True)
    return columns(
        [aligned(text, value, read=_read, find=find_words, least_score=options.least_score) for text, value in pairs]
    )


def _read(token: Said) -> Sequence[str]:
    return token.spoken


WORDS = Aligner(
    name="speech/words",
    version=1,
    modalities=(("text", "audio"), ("text", "video")),
    summary="When each word of an English transcript is spoken, by PocketSphinx, and whether it is what is said.",
    options=WordOptions,
    facts=FACTS,
    measure=words,
    rules=(
        Rule("transcript_score", reason="wrong-transcript", at_least=-2.65),
        Rule("alignment", reason="unaligned-transcript", one_of=ABSTAINING),
    ),
)
