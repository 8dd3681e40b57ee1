"""When the frames of a video are shown, from their presentation timestamps."""

from typing import Any

from mmhub import Undecodable

LONGEST_SECONDS = 4 * 3600
"""What lasts longer is refused as ``too-long``."""
_SECOND = 1_000_000_000


class Clock:
    """The span a video's frames cover, in whole nanoseconds."""

    def __init__(self) -> None:
        self.count = 0
        self._start: int | None = None
        self._last = 0
        self._end = 0

    def add(self, frame: Any) -> None:
        """Take note of one frame. Raises Undecodable ``too-long``."""
        self.count += 1
        if frame.pts is None:
            return
        tick = frame.time_base * _SECOND
        shown = int(frame.pts * tick)
        self._start = shown if self._start is None else min(self._start, shown)
        self._last = max(self._last, shown)
        self._end = max(self._end, shown + int((frame.duration or 0) * tick))
        if self._end - self._start > LONGEST_SECONDS * _SECOND:
            raise Undecodable("too-long", f"the video lasts longer than {LONGEST_SECONDS} seconds")

    def end_seconds(self) -> float:
        """Return when the last frame ends, on the clock of the file."""
        return self._end / _SECOND

    def duration_seconds(self, rate_hz: float | None) -> float:
        """Return how long the frames are shown; ``rate_hz`` stands in where a file gives no times."""
        start = self._start or 0
        if self._end > max(start, self._last):
            return (self._end - start) / _SECOND
        if self._last > start:
            # the last frame is taken to last as long as the others did on average
            return (self._last - start) / _SECOND * self.count / (self.count - 1)
        return self.count / rate_hz if rate_hz else 0.0
