"""A place in a text, and digits as they are meant."""

import unicodedata

Span = tuple[int, int]
"""Where something begins in a text, and where it ends."""

SPACES = " \u00a0\u2007\u2009\u202f"
HYPHENS = "\\-\u2010\u2011\u2012\u2013"


def digits_of(text: str) -> str:
    """Return the digits in a text as ASCII, whichever script they are written in."""
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdecimal())
