"""Times that annotations give in seconds."""

import math
from typing import Any


def seconds(value: Any, what: str) -> float:
    """Return a time; raise ValueError where ``what`` is no finite number of seconds, or is negative."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{what} is {value!r}: expected a number of seconds") from None
    if not math.isfinite(found) or found < 0:
        raise ValueError(f"{what} is {value!r}: expected a number of seconds, zero or more")
    return found


def span(start: Any, end: Any) -> tuple[float, float]:
    """Return from when to when something lasts; raise ValueError where it ends before it starts."""
    first, last = seconds(start, "the start"), seconds(end, "the end")
    if last < first:
        raise ValueError(f"it ends at {last:g} s, before it starts at {first:g} s")
    return first, last
