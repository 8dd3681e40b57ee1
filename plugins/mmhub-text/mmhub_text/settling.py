"""A repair made again until it finds nothing more, as what it leaves may be in need of it."""

from collections.abc import Callable

_DEEPEST = 8


def settled(text: str, change: Callable[[str], str]) -> str | None:
    """Return a text after so many changes that one more makes no difference, or ``None`` where the first makes none."""
    before, after = None, text
    for _ in range(_DEEPEST):
        before, after = after, change(after)
        if after == before:
            break
    return None if after == text else after
