"""How far two texts that should say the same differ, such as a transcript and subtitles: their word error rate."""

from collections.abc import Sequence

from mmhub import Aligner, Columns, Fact, Options, Rule
from mmhub_text.words import spoken


def word_errors(texts: Sequence[str], references: Sequence[str], options: Options) -> Columns:
    """Return the word error rate of each text against its reference, None where that has no words.

    That is the words to be replaced, left out and put in, by those of the reference (Levenshtein distance over
    words). Case and punctuation do not count.
    """
    from rapidfuzz.distance import Levenshtein

    pairs = [(spoken(text), spoken(reference)) for text, reference in zip(texts, references, strict=True)]
    rates = [Levenshtein.distance(said, meant) / len(meant) if meant else None for said, meant in pairs]
    return {"word_errors": rates, "words": [len(meant) for _, meant in pairs]}


WORD_ERRORS = Aligner(
    name="text/word-errors",
    version=1,
    modalities=(("text", "text"),),
    summary="How many words of a text differ from those of a second one that should say the same.",
    facts=(
        Fact(name="word_errors", dtype="float64", summary="Wrong words by words of the second text, 0 or more."),
        Fact(name="words", dtype="int64", summary="Words of the second text."),
    ),
    measure=word_errors,
    rules=(Rule("word_errors", reason="differing-words", at_most=0.5),),
)
