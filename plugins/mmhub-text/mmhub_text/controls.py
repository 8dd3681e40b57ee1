"""Control characters, which no text has many of."""

import re

CONTROL = "\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f"
_CONTROL = re.compile(f"[{CONTROL}]")
_FEW = 2
_SHARE = 0.1


def is_riddled(text: str) -> bool:
    """Return whether more than two characters, and more than one in ten, are control characters.

    Such a text was read in a wrong encoding, as UTF-16 is that was read as UTF-8. Without them it would look sound.
    """
    if text.isprintable():
        return False
    found = len(_CONTROL.findall(text))
    return found > _FEW and found > _SHARE * len(text)
