"""What is said in a transcript: its words as they stand there, and as they are spoken."""

import re
import unicodedata
from dataclasses import dataclass

_ASIDE = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>|[♪♫]|^>+|(?<=\n)>+")
"""What is written and not said: ``[music]``, ``(laughs)``, ``<unk>``, the mark of another speaker."""
_PIECE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?:st|nd|rd|th)?|[%&]|[^\W\d_]+(?:'[^\W\d_]+)*", re.IGNORECASE)
_SIGNS = {"%": "percent", "&": "and"}
_YEARS = range(1100, 2100)
_ENGLISH = re.compile(r"[a-z']+")


@dataclass(frozen=True)
class Said:
    """A word as it stands in the text, and the English words that are spoken for it: a number has several.

    ``spoken`` is empty for what English letters do not write.
    """

    text: str
    spoken: tuple[str, ...]


def said(text: str) -> list[Said]:
    """Return the words of a transcript in order, without what is written and not said."""
    found = []
    for token in _ASIDE.sub(" ", text.replace("’", "'")).split():
        pieces = _PIECE.findall(token)
        if pieces:
            found.append(Said(token, tuple(word for piece in pieces for word in _spoken(piece))))
    return found


def _spoken(piece: str) -> list[str]:
    if piece in _SIGNS:
        return [_SIGNS[piece]]
    if piece[0].isdecimal():
        return _number(piece)
    plain = unicodedata.normalize("NFKD", piece.lower())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [letters] if _ENGLISH.fullmatch(letters) else []


def _number(piece: str) -> list[str]:
    """Return a number in words: 1813 as a year, 3rd as the third."""
    from num2words import num2words

    digits = piece.rstrip("stndrhSTNDRH")
    bare = digits.replace(",", "").rstrip(".")
    year = digits.isdigit() and int(digits) in _YEARS
    kind = "ordinal" if digits != piece else "year" if year else "cardinal"
    try:
        told = num2words(int(bare) if bare.isdigit() else bare, to=kind, lang="en")
    except (ArithmeticError, NotImplementedError, TypeError, ValueError):
        return []
    return re.findall(r"[a-z]+", str(told))
