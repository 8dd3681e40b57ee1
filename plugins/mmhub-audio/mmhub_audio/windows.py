"""Times cut into windows of a fixed length."""

from collections.abc import Iterator

from pydantic import Field

from mmhub_audio.cutting import CutOptions
from mmhub_audio.sound import NS_PER_SECOND


class WindowOptions(CutOptions):
    """How long windows are, and how often one begins."""

    seconds: float = Field(default=10.0, gt=0.0)
    """The length of a window."""
    hop_seconds: float | None = Field(default=None, gt=0.0)
    """From the start of one window to that of the next: by default as long as a window, so that none overlap."""
    shortest_seconds: float = Field(default=0.0, ge=0.0)
    """A last window that is shorter is left out; with as much as ``seconds`` all are equally long."""


def windows(start_ns: int, end_ns: int, options: WindowOptions) -> Iterator[tuple[int, int]]:
    """Yield from when to when each window lasts; the last ends with the whole, and may be shorter."""
    length, hop = (round(each * NS_PER_SECOND) for each in (options.seconds, options.hop_seconds or options.seconds))
    shortest = min(length, max(1, round(options.shortest_seconds * NS_PER_SECOND)))
    at = start_ns
    while min(at + length, end_ns) - at >= shortest:
        yield at, min(at + length, end_ns)
        if at + length >= end_ns:
            return
        at += hop
