"""A cue: a text, and when it is shown."""

import math
from dataclasses import dataclass

from mmhub_audio.sound import NS_PER_SECOND

NS_PER_MILLISECOND = 1_000_000


@dataclass(frozen=True, order=True)
class Cue:
    """A text, and when it is shown, from ``start_ns`` up to ``end_ns`` on the clock of the sound."""

    start_ns: int
    end_ns: int
    text: str


def nanoseconds(seconds: float) -> int:
    """Return a time in whole nanoseconds; raise ValueError where it is not finite.

    What was written with up to six decimals comes out as it was written: 0.1 s is 100,000,000 ns.
    """
    if not math.isfinite(seconds):
        raise ValueError(f"expected a time in seconds, found {seconds!r}")
    return round(seconds * 1_000_000) * 1_000


def seconds(ns: int) -> float:
    """Return a time in seconds."""
    return ns / NS_PER_SECOND
