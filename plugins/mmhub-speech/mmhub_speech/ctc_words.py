"""When each word of a transcript is spoken, in the language of a CTC model."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from mmhub import Aligner, Columns, Options, Rule
from mmhub_speech.alignment import ABSTAINING, FACTS, aligned, columns
from mmhub_speech.ctc import listener


class CtcOptions(Options):
    """Which model listens."""

    model: str = "facebook/wav2vec2-base-960h"
    """A CTC model of letters: one of the Hub that is in its cache, or a folder."""
    revision: str = "main"
    """The branch, tag or commit of that model on the Hub."""
    least_score: float = Field(default=-3.0, le=0.0)
    """Below this score no times are told: they would be those of other words."""


def ctc_words(texts: Sequence[str], sounds: Sequence[Any], options: CtcOptions) -> Columns:
    """Return when each word of texts is spoken in sounds, by their letters, and how well all fit.

    A sound is heard as a whole, so that memory grows with its length. Raises ModelError where there is no model.
    """
    heard = listener(options.model, options.revision)
    pairs = zip(texts, sounds, strict=True)
    return columns(
        [
            aligned(text, value, read=heard.read, find=heard.find, least_score=options.least_score)
            for text, value in pairs
        ]
    )


CTC_WORDS = Aligner(
    name="speech/ctc-words",
    version=1,
    modalities=(("text", "audio"), ("text", "video")),
    summary="When each word of a transcript is spoken, by the letters a CTC model of any language hears.",
    options=CtcOptions,
    facts=FACTS,
    measure=ctc_words,
    rules=(
        Rule("transcript_score", reason="wrong-transcript", at_least=-1.0, on=False),
        Rule("alignment", reason="unaligned-transcript", one_of=ABSTAINING, on=False),
    ),
)
