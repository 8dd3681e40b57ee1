"""What becomes of slang: it stays, or is written out."""

import functools
import re
from collections.abc import Sequence
from typing import Literal

from mmhub import Cleaner, Options

_TABLE = {
    "afaik": "as far as I know",
    "b4": "before",
    "bday": "birthday",
    "brb": "be right back",
    "btw": "by the way",
    "coz": "because",
    "cuz": "because",
    "dunno": "do not know",
    "fyi": "for your information",
    "gimme": "give me",
    "gonna": "going to",
    "gotta": "got to",
    "gr8": "great",
    "idc": "I do not care",
    "idk": "I do not know",
    "iirc": "if I remember correctly",
    "imho": "in my humble opinion",
    "imo": "in my opinion",
    "kinda": "kind of",
    "l8r": "later",
    "lemme": "let me",
    "lmk": "let me know",
    "lol": "laughing out loud",
    "m8": "mate",
    "ngl": "not going to lie",
    "nvm": "never mind",
    "omg": "oh my god",
    "omw": "on my way",
    "outta": "out of",
    "pls": "please",
    "plz": "please",
    "ppl": "people",
    "rofl": "rolling on the floor laughing",
    "smh": "shaking my head",
    "sorta": "sort of",
    "tbh": "to be honest",
    "thx": "thanks",
    "tmrw": "tomorrow",
    "ty": "thank you",
    "wanna": "want to",
    "wtf": "what the fuck",
    "y'all": "you all",
    "ya'll": "you all",
}


class SlangOptions(Options):
    """What becomes of slang, and what counts as slang."""

    policy: Literal["keep", "expand"] = "expand"
    """Whether slang stays, or is written out: ``gonna`` as ``going to``."""
    words: tuple[tuple[str, str], ...] = ()
    """Pairs of a word and what it stands for; they come before the table of the plugin, and one with ``""`` takes a
    word out of it."""


def expanded(texts: Sequence[str], options: SlangOptions) -> list[str | None]:
    """Return each text with its slang written out, or ``None`` where there was none.

    Only whole words count, in any case; a capital at the beginning is kept. The table holds English words that mean
    one thing.
    """
    if options.policy == "keep":
        return [None] * len(texts)
    table, pattern = _compiled(options)
    if pattern is None:
        return [None] * len(texts)
    after = [pattern.sub(lambda match: _written(match.group(), table), text) for text in texts]
    return [None if new == old else new for old, new in zip(texts, after, strict=True)]


def _written(word: str, table: dict[str, str]) -> str:
    meant = table[word.lower().replace("’", "'")]
    return meant[:1].upper() + meant[1:] if word.istitle() else meant


@functools.lru_cache(maxsize=16)
def _compiled(options: SlangOptions) -> tuple[dict[str, str], re.Pattern[str] | None]:
    table = _TABLE | {word.lower(): meant for word, meant in options.words}
    table = {word: meant for word, meant in table.items() if meant}
    if not table:
        return table, None
    words = "|".join(re.escape(word).replace("'", "['’]") for word in sorted(table, key=len, reverse=True))
    return table, re.compile(rf"(?<![\w@#/.'’-])(?:{words})(?![\w/@'’-])(?!\.\w)", re.IGNORECASE)


SLANG = Cleaner(
    name="text/slang",
    version=1,
    modality="text",
    summary="Repairs slang: writes out the words of a table, which a recipe may extend.",
    options=SlangOptions,
    repair=expanded,
)
