"""E-mail addresses."""

import re
from collections.abc import Iterator

from mmhub_text.personal.spans import Span

_SPACED = "\u00aa-\u0dff\u0f00-\u0fff\u1200-\u177f\u1e00-\u1fff"
_LOCAL = "A-Za-z0-9!#$%&'*+/=?^_`{|}~"
_LABELS = r"(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.)+"
_ASCII = rf"[{_LOCAL}][{_LOCAL}.-]{{0,63}}@{_LABELS}(?:xn--[A-Za-z0-9-]+|[A-Za-z]{{2,24}})"
_ANY = (
    rf"[{_LOCAL}{_SPACED}](?:[{_LOCAL}{_SPACED}.-]{{0,63}})@"
    rf"(?:[A-Za-z0-9{_SPACED}](?:[A-Za-z0-9{_SPACED}-]{{0,62}})\.)+[A-Za-z{_SPACED}]{{2,24}}"
)
_HAN = r"[^\W_]{1,32}@(?:[^\W_]{1,32}\.)+[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2,6}"
_AT = r"\s{0,2}(?:[\[({<]\s?(?:at|@)\s?[\])}>]|\bAT\b)\s{0,2}"
_DOT = r"(?:\s{0,2}[\[({<]\s?(?:dot|\.)\s?[\])}>]\s{0,2}|\sDOT\s|\sdot\s|\.)"
_VEILED = rf"\b[A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}{_AT}[A-Za-z0-9-]{{1,63}}(?:{_DOT}[A-Za-z0-9-]{{2,24}}){{1,4}}\b"
# Costly to compile, which `re` does once, when a text first has an @.
_EMAIL = rf"(?<![A-Za-z0-9._%+-])(?:(?:{_ASCII}|{_ANY})(?![A-Za-z0-9@_-])(?!:[\w~.-]+/)|{_HAN})"
_HIDDEN = re.compile(_VEILED)
_FILES = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|css|html?|json|xml|txt|pdf|mp[34]|ogg|wav)$", re.IGNORECASE)
_VERSION = re.compile(r"@[\^~v]?\d+\.\d")


def emails(text: str) -> Iterator[Span]:
    """Yield where e-mail addresses stand (RFC 5321), those in letters beyond ASCII (RFC 6531) among them.

    An address may be veiled, as in ``name [at] example [dot] org``. A file such as ``icon@2x.png``, a package with its
    version and the place of a git repository are none.
    """
    if "@" in text:
        for match in re.finditer(_EMAIL, text):
            found = match.group()
            if not _FILES.search(found) and not _VERSION.search(found):
                yield match.span()
    if "at" in text or "AT" in text or "@" in text:
        yield from (match.span() for match in _HIDDEN.finditer(text))
