"""Texts that were read in another encoding than they were written in, or that are no texts."""

import re
from collections.abc import Sequence

from ftfy.badness import badness

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_text.controls import CONTROL

_LOST = re.compile(r"[\ufffd\ud800-\udfff]")
_STRAY = re.compile(rf"[{CONTROL}\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]")
_WESTERN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_ENOUGH = 8


def damage(texts: Sequence[str], options: Options) -> Columns:
    """Return which shares of the characters of each text, from 0 to 1, stand for lost ones or are none of a text.

    ``None`` stands for an empty text. ``mojibake`` is what ftfy's heuristic of unlikely neighbours counts (Speer, ftfy,
    2019), per character. ``western`` is how Cyrillic, Greek, Hebrew or Chinese looks that was read as Latin-1: nearly
    all of it letters of Western Europe beyond ASCII, of which its own languages have a few.
    """
    return {
        "lost": [_share(_LOST, text) for text in texts],
        "stray": [_share(_STRAY, text) for text in texts],
        "mojibake": [(0.0 if text.isascii() else badness(text) / len(text)) if text else None for text in texts],
        "western": [_western(text) for text in texts],
    }


def _share(pattern: re.Pattern[str], text: str) -> float | None:
    if not text:
        return None
    return 0.0 if text.isascii() and text.isprintable() else len(pattern.findall(text)) / len(text)


def _western(text: str) -> float | None:
    if not text:
        return None
    count = 0 if text.isascii() else len(_WESTERN.findall(text))
    # Words as short as "été" are nearly all accents.
    return count / len(text) if count >= _ENOUGH else 0.0


DAMAGE = Cleaner(
    name="text/damage",
    version=1,
    modality="text",
    summary="Drops texts whose characters were lost, are control characters, or were decoded as what they are not.",
    facts=(
        Fact(name="lost", dtype="float32", summary="Share of characters that are U+FFFD or half a surrogate pair."),
        Fact(name="stray", dtype="float32", summary="Share of characters for control, for private use, or unassigned."),
        Fact(
            name="mojibake",
            dtype="float32",
            summary="Share of characters with neighbours that only wrong decoding makes.",
        ),
        Fact(name="western", dtype="float32", summary="Share of characters that are Latin-1 beyond ASCII; 0 below 8."),
    ),
    measure=damage,
    rules=(
        Rule("lost", reason="lost-characters", at_most=0.0),
        Rule("stray", reason="stray-characters", at_most=0.05),
        Rule("mojibake", reason="mojibake", at_most=0.02),
        Rule("western", reason="wrong-encoding", at_most=0.5),
    ),
)
