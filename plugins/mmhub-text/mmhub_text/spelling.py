"""How many words of a text are in no dictionary."""

import functools
import re
from collections.abc import Sequence
from typing import Literal

from mmhub import Cleaner, Columns, Fact, Options, Rule

_WORD = re.compile(r"(?<![\w@#<./])[^\W\d_]+(?:['’][^\W\d_]+)*(?![\w@>/]|\.\w)")
_POSSESSIVE = re.compile(r"['’]s$")


class SpellingOptions(Options):
    """Whose dictionary is read, and what is added to it."""

    language: Literal["de", "en", "fr", "it", "nl", "pt"] = "en"
    """The language of the texts; of others the library knows too few words."""
    words: tuple[str, ...] = ()
    """Words that are right though no dictionary has them, such as names of products."""
    names: bool = False
    """Whether words with a capital letter, other than the first, are looked up too: most are names."""


def misspelt(texts: Sequence[str], options: SpellingOptions) -> Columns:
    """Return the share of each text's words that are in no dictionary, from 0 to 1; ``None`` where it has no words.

    Dictionaries are those of pyspellchecker: words of OpenSubtitles (Lison and Tiedemann, LREC 2016), checked by hand.
    A word is a run of letters; an apostrophe may stand in it, and its parts are then looked up where the whole is not.
    """
    known = (
        _dictionary(options.language) | {word.lower() for word in options.words}
        if options.words
        else _dictionary(options.language)
    )
    return {"unknown_ratio": [_ratio(text, known, options) for text in texts]}


def _ratio(text: str, known: frozenset[str], options: SpellingOptions) -> float | None:
    words = _WORD.findall(text)
    if not options.names and not text.isupper():
        words = words[:1] + [word for word in words[1:] if options.language == "de" or not word[0].isupper()]
    if not words:
        return None
    return sum(not _is_known(word, known) for word in words) / len(words)


def _is_known(word: str, known: frozenset[str]) -> bool:
    plain = word.lower().replace("’", "'")
    if plain in known or len(plain) == 1:
        return True
    parts = _POSSESSIVE.sub("", plain).split("'")
    return "'" in plain and all(len(part) <= 2 or part in known for part in parts)


@functools.lru_cache(maxsize=4)
def _dictionary(language: str) -> frozenset[str]:
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(language=language, distance=1).word_frequency.dictionary)


SPELLING = Cleaner(
    name="text/spelling",
    version=1,
    modality="text",
    summary="Measures which share of the words is in no dictionary of the language.",
    options=SpellingOptions,
    facts=(
        Fact(name="unknown_ratio", dtype="float32", summary="Share of the words that no dictionary has, from 0 to 1."),
    ),
    measure=misspelt,
    rules=(Rule("unknown_ratio", reason="misspelt", at_most=0.5, on=False),),
)
