"""Mojibake, stray control characters and odd forms of letters, put right with ftfy."""

import functools
import re
from collections.abc import Sequence
from typing import Literal

import ftfy

from mmhub import Cleaner, Options
from mmhub_text.controls import is_riddled

_DEEP = re.compile(r"&(?:amp;){2,}")


class UnicodeOptions(Options):
    """What counts as wrong with a text."""

    normalization: Literal["NFC", "NFD", "NFKC", "NFKD"] | None = "NFC"
    """The Unicode normal form of the result; nothing leaves combining characters as they are."""
    fix_encoding: bool = True
    """Whether mojibake, such as ``â€™`` where an apostrophe was meant, is decoded again."""
    unescape_html: Literal["auto"] | bool = "auto"
    """Whether entities such as ``&eacute;`` become characters; ``auto`` does so in texts without ``<``."""
    fix_latin_ligatures: bool = True
    """Whether a ligature such as ``ﬁ`` is written as its letters."""
    fix_character_width: bool = True
    """Whether full-width Latin letters and half-width Katakana get their usual width."""
    uncurl_quotes: bool = False
    """Whether typographic quotation marks become straight ones."""
    remove_control_chars: bool = True
    """Whether control characters that show nothing, and byte order marks, are taken out."""


def fixed(texts: Sequence[str], options: UnicodeOptions) -> list[str | None]:
    """Return each text as it was meant, or ``None`` where nothing was wrong with it.

    A text with more than a few control characters stays as it is: it is damaged, which `text/damage` tells.
    """
    how = _config(options)
    return [None if _sound(text) or is_riddled(text) else _changed(text, _fixed(text, options, how)) for text in texts]


def _fixed(text: str, options: UnicodeOptions, how: ftfy.TextFixerConfig) -> str:
    return str(ftfy.fix_text(_shallow(text, options), how))


def _shallow(text: str, options: UnicodeOptions) -> str:
    """Return a text with its ampersands escaped once: ftfy would go through it once for every level."""
    unescaped = options.unescape_html is True or (options.unescape_html == "auto" and "<" not in text)
    return _DEEP.sub("&amp;", text) if unescaped and "&amp;amp;" in text else text


def _sound(text: str) -> bool:
    """Return whether ftfy has nothing to look for in a text, which is most of English."""
    return text.isascii() and text.isprintable() and "&" not in text


def _changed(before: str, after: str) -> str | None:
    return None if after == before else after


@functools.lru_cache(maxsize=16)
def _config(options: UnicodeOptions) -> ftfy.TextFixerConfig:
    return ftfy.TextFixerConfig(explain=False, **options.model_dump())


UNICODE = Cleaner(
    name="text/unicode",
    version=3,
    modality="text",
    summary="Repairs mojibake, control characters, ligatures and character width, and normalises to NFC.",
    options=UnicodeOptions,
    repair=fixed,
)
