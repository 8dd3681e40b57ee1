"""When the frames of a video are shown and its sound is heard, from their presentation timestamps.

Times are whole nanoseconds on the clock of the file. FFmpeg applies edit lists, and takes off what encoders put before
a sound, before a frame gets its timestamp.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from mmhub import Undecodable
from mmhub_audio.sound import NS_PER_SECOND, read_only

LONGEST_SECONDS = 4 * 3600
"""What lasts longer is refused as ``too-long``."""
_USUAL_HZ = 25.0
JITTER_NS = 40_000_000
"""How far a timestamp of sound may lie from where the samples before it end: containers round, and some by frames."""


def nanoseconds(ticks: int, time_base: Fraction) -> int:
    """Return a timestamp in whole nanoseconds, rounded down."""
    return ticks * time_base.numerator * NS_PER_SECOND // time_base.denominator


class Clock:
    """The times at which a video's frames are shown, and the span they cover, in whole nanoseconds."""

    def __init__(self) -> None:
        self.count = 0
        self._times: list[int] = []
        self._start: int | None = None
        self._last = 0
        self._end = 0

    def add(self, frame: Any) -> None:
        """Take note of one frame. Raises Undecodable ``too-long``."""
        self.count += 1
        if frame.pts is None:
            return
        shown = nanoseconds(frame.pts, frame.time_base)
        self._times.append(shown)
        self._start = shown if self._start is None else min(self._start, shown)
        self._last = max(self._last, shown)
        self._end = max(self._end, shown + nanoseconds(frame.duration or 0, frame.time_base))
        if self._end - self._start > LONGEST_SECONDS * NS_PER_SECOND:
            raise Undecodable("too-long", f"the video lasts longer than {LONGEST_SECONDS} seconds")

    def end_seconds(self) -> float:
        """Return when the last frame ends, on the clock of the file."""
        return self._end / NS_PER_SECOND

    def duration_seconds(self, rate_hz: float | None) -> float:
        """Return how long the frames are shown; ``rate_hz`` stands in where a file gives no times."""
        start = self._start or 0
        if self._end > max(start, self._last):
            return (self._end - start) / NS_PER_SECOND
        if self._last > start:
            # the last frame is taken to last as long as the others did on average
            return (self._last - start) / NS_PER_SECOND * self.count / (self.count - 1)
        return self.count / rate_hz if rate_hz else 0.0

    def shown_ns(self, rate_hz: float | None) -> np.ndarray:
        """Return when each frame is shown, int64[count]; evenly spaced by ``rate_hz`` where a file lacks times."""
        if len(self._times) == self.count:
            return np.array(self._times, dtype=np.int64)
        steps = np.arange(self.count) * NS_PER_SECOND / (rate_hz or _USUAL_HZ)
        return np.asarray((self._start or 0) + np.rint(steps).astype(np.int64))


@dataclass(frozen=True, eq=False)
class Heard:
    """When the samples of a sound are heard: from sample ``starts[k]`` on, it runs without a gap from ``at_ns[k]``."""

    starts: np.ndarray
    at_ns: np.ndarray
    rate_hz: int

    def __post_init__(self) -> None:
        for name in ("starts", "at_ns"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def times_ns(self, samples: np.ndarray) -> np.ndarray:
        """Return when samples are heard, by their numbers, int64[n]."""
        run = np.maximum(np.searchsorted(self.starts, samples, side="right") - 1, 0)
        return np.asarray(self.at_ns[run] + (samples - self.starts[run]) * NS_PER_SECOND // self.rate_hz)


class SoundClock:
    """The times at which the samples of a sound are heard, noted wherever they do not follow from those before."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, int]] = []
        self._length = 0
        self._rate_hz = 0

    def add(self, frame: Any) -> None:
        """Take note of one frame."""
        self._rate_hz = frame.sample_rate
        if frame.pts is not None:
            at = nanoseconds(frame.pts, frame.time_base)
            if not self._runs or abs(at - self._expected()) > JITTER_NS:
                self._runs.append((self._length, at))
        self._length += frame.samples

    def _expected(self) -> int:
        start, at = self._runs[-1]
        return at + (self._length - start) * NS_PER_SECOND // self._rate_hz

    def heard(self) -> Heard | None:
        """Return the times of all samples, or None without any; a sound that says nothing begins at zero."""
        if not self._length:
            return None
        starts, at_ns = np.array(self._runs or [(0, 0)], dtype=np.int64).T
        return Heard(starts, at_ns, self._rate_hz)
