"""Texts said nearly the same way, and texts that share most of their words and say something else."""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence

_FUNCTION_WORDS = ("a", "an", "the", "some", "one", "this", "that", "on", "in", "at", "with", "of", "is", "and", "very")
_HAN_PARTICLES = "的了是也の"
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
Edit = Callable[[list[str], random.Random], list[str]]


def words_of(text: str) -> list[str]:
    """Return the words of a text; in Chinese and Japanese its characters."""
    return list(text) if len(_HAN.findall(text)) * 3 > len(text) else text.split()


def joined(words: Sequence[str]) -> str:
    """Return words as a text."""
    return ("" if sum(bool(_HAN.match(word)) for word in words) * 3 > len(words) else " ").join(words)


def edited(text: str, rng: random.Random) -> tuple[str, str]:
    """Return a near duplicate of a text, and the kind of edit: no more than about one word in ten is touched."""
    words = words_of(text)
    kinds = ["case", "punctuation", "typo"] if len(words) < 6 else [*_EDITS, "case", "punctuation"]
    for _ in range(20):
        kind = rng.choice(kinds)
        after = _surface(text, kind, rng) if kind in ("case", "punctuation") else joined(_EDITS[kind](words, rng))
        if after != text:
            return after, kind
    return text + ".", "punctuation"


def altered(text: str, rng: random.Random, pool: Sequence[str]) -> str:
    """Return a text in which three of ten words, and at least one, are others: so many that it says something else.

    Words of five letters or more go first, as they carry what is said.
    """
    words = words_of(text)
    places = sorted(range(len(words)), key=lambda place: (len(words[place]) < 5, rng.random()))
    for place in places[: max(1, round(0.3 * len(words)), min(2, len(words) // 3))]:
        words[place] = rng.choice([word for word in rng.sample(pool, 20) if word.lower() != words[place].lower()])
    return joined(words)


def other_word(text: str, rng: random.Random, pool: Sequence[str]) -> str:
    """Return a text in which one long word is another: it says something else, and reads nearly the same."""
    words = words_of(text)
    longest = sorted(range(len(words)), key=lambda place: (-len(words[place]), place))[: max(1, len(words) // 3)]
    place = rng.choice(longest)
    words[place] = rng.choice([word for word in rng.sample(pool, 20) if word.lower() != words[place].lower()])
    return joined(words)


def _surface(text: str, kind: str, rng: random.Random) -> str:
    if kind == "case":
        return rng.choice((str.upper, str.lower, str.title))(text)
    bare = "".join(char for char in text if not unicodedata.category(char).startswith("P"))
    return rng.choice((bare, text.rstrip(" .") + "!", f"“{text}”", text.replace(" ", "  "), text + " ..."))


def _touched(words: list[str], rng: random.Random) -> list[int]:
    return rng.sample(range(len(words)), max(1, len(words) // 10))


def _typo(words: list[str], rng: random.Random) -> list[str]:
    after = list(words)
    for place in _touched(words, rng):
        word = after[place]
        at = rng.randrange(max(1, len(word) - 1))
        after[place] = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :] if len(word) > 3 else word
    return after


def _small_words(words: list[str], rng: random.Random) -> list[str]:
    """Return the words with one in ten of them a small word more, less, or another."""
    small = _HAN_PARTICLES if any(map(_HAN.fullmatch, words)) else _FUNCTION_WORDS
    after = list(words)
    for place in sorted(_touched(words, rng), reverse=True):
        if after[place].lower() in small and rng.random() < 0.5:
            after[place] = rng.choice(small)
        else:
            after.insert(place, rng.choice(small))
    return after


def _substituted(words: list[str], rng: random.Random) -> list[str]:
    after = list(words)
    for place in _touched(words, rng):
        after[place] = rng.choice(words)
    return after


def _swapped(words: list[str], rng: random.Random) -> list[str]:
    after = list(words)
    for place in _touched(words[:-1], rng):
        after[place], after[place + 1] = after[place + 1], after[place]
    return after


def _turned(words: list[str], rng: random.Random) -> list[str]:
    """Return the words with the end of the text put before its beginning."""
    cut = rng.randrange(len(words) // 3, len(words) - len(words) // 3)
    return words[cut:] + words[:cut]


def _truncated(words: list[str], rng: random.Random) -> list[str]:
    return words[: len(words) - max(1, round(len(words) * rng.uniform(0.05, 0.15)))]


_EDITS: dict[str, Edit] = {
    "typo": _typo,
    "small-words": _small_words,
    "word": _substituted,
    "swap": _swapped,
    "order": _turned,
    "truncation": _truncated,
}
