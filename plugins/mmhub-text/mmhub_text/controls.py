"""Control characters, which no text has many of."""

import re

CONTROL = "\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f"
_CONTROL = re.compile(f"[{CONTROL}]")
_FEW = 2
_SHARE = 0.1
_SHARE_OF_BOTH = 0.05
_SHARE_WITH_TABS = 0.4


def is_riddled(text: str) -> bool:
    """Return whether so many characters are control characters that the text was read in a wrong encoding.

    As UTF-16 is that was read as Latin-1. These are more than two and more than one in ten; or one in twenty, if some
    are of ASCII and some are not; or at least two that are, with the tabs, four in ten. Without them it would look
    sound.
    """
    if text.isprintable():
        return False
    found = sorted(_CONTROL.findall(text))
    if len(found) < _FEW:
        return False
    # One of the two bytes of each Devanagari letter is a tab.
    if len(found) + text.count("\t") > _SHARE_WITH_TABS * len(text):
        return True
    # Beyond ASCII they are quotation marks of Windows-1252, in ASCII what a program left; a text seldom has both.
    share = _SHARE_OF_BOTH if found[0] < "\x80" <= found[-1] else _SHARE
    return len(found) > _FEW and len(found) > share * len(text)
