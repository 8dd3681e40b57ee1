"""Addresses of web pages, and the words that only lead to them."""

import re
from collections.abc import Sequence
from typing import Literal

from mmhub import Cleaner, Options

_DOMAINS = "com|org|net|edu|gov|io|co|info|biz|me|tv|ly|gl|uk|de|fr|es|it|nl|pl|ru|jp|cn|eu|us|ca|au|br|in|ch|at|se"
_URL = (
    r"(?:\b(?:https?|ftp)://|\bwww\d{0,2}\.)[^\s<>\"“”„«»（）「」]+"
    rf"|(?<![@\w.-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,4}}(?:{_DOMAINS})/[^\s<>\"“”„«»]+"
)
_LEAD = (
    r"(?:(?:photo|image|picture|video|picture credit|photo credit|image credit|credit)s?\s*(?:via|by|from|:)|"
    r"source|via|link|website|full (?:story|article)|read (?:more|on)(?: at)?|click here(?: to \w+)?|"
    r"(?:see|learn|find out) more(?: at)?|(?:watch|shop|follow us|visit us|available|order)(?: at| on| here)?)"
)
_BARE = re.compile(_URL, re.IGNORECASE)
_ALONE = re.compile(rf"[^\S\n]*[(\[]?(?:{_URL})", re.IGNORECASE)
_WITH_LEAD = re.compile(rf"[^\S\n]*(?:\b{_LEAD}\s*[:：\-–—>»→]*\s*)?[(\[]?(?:{_URL})", re.IGNORECASE)
_EMPTY = re.compile(r"[^\S\n]*[(\[]\s*[)\]]")
_TAIL = re.compile(r"[.,;:!?'’…]+$")
_SUSPECT = re.compile(r"://|www|\.[a-z]{2,4}/", re.IGNORECASE)
_MASK = "<URL>"


class UrlOptions(Options):
    """What becomes of the addresses in a text."""

    policy: Literal["remove", "mask", "keep"] = "remove"
    """Whether an address is taken out, replaced by ``<URL>``, or left alone."""
    boilerplate: bool = True
    """Whether words that only lead to a removed address go with it: ``Read more:``, ``Photo via``, ``Source:``."""


def without_urls(texts: Sequence[str], options: UrlOptions) -> list[str | None]:
    """Return each text without its addresses, or ``None`` where nothing changed.

    An address begins with a scheme or ``www.``, or is a domain with a path. Punctuation at its end belongs to the
    sentence and stays.
    """
    if options.policy == "keep":
        return [None] * len(texts)
    return [_repaired(text, options) if _SUSPECT.search(text) else None for text in texts]


def _repaired(text: str, options: UrlOptions) -> str | None:
    if options.policy == "mask":
        after = _BARE.sub(lambda match: _MASK + _tail(match.group()), text)
        return None if after == text else after
    before, after = None, text
    while after != before:
        # What stood on either side may make one address.
        before, after = after, _removed(after, options)
    return None if after == text else after


def _removed(text: str, options: UrlOptions) -> str:
    pattern = _WITH_LEAD if options.boilerplate else _ALONE
    after = pattern.sub(lambda match: _tail(match.group()), text)
    if after == text:
        return text
    return _EMPTY.sub("", after).strip()


def _tail(address: str) -> str:
    """Return the punctuation at the end of an address, and a bracket that it does not open."""
    bare = _TAIL.sub("", address)
    closing = ")" if bare.endswith(")") and bare.count("(") < bare.count(")") else ""
    found = closing + address[len(bare) :]
    return found if found.strip(".") or len(address) > len(found) else ""


URLS = Cleaner(
    name="text/urls",
    version=1,
    modality="text",
    summary="Repairs texts that hold addresses of web pages: takes them out, with the words that lead to them.",
    options=UrlOptions,
    repair=without_urls,
)
