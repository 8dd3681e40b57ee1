"""Packets copied into files of their own, several at a time while a file is read once."""

import io
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

_MOST_AHEAD = 16
"""How many pictures a decoder may have to take in before the first is shown, by the standards of H.264 and HEVC."""


REPEATABLE = {"fflags": "bitexact"}
"""Without random numbers in the header, so that what is cut twice is the same."""


class Intervals:
    """Intervals ordered by where they begin, to be asked which of them hold a point."""

    def __init__(self, intervals: Sequence[tuple[Any, Any]]) -> None:
        self._ends = [end for _, end in intervals]
        self._starts = [start for start, _ in intervals]
        self._latest = list(accumulate(self._ends, max))

    def holding(self, at: Any) -> list[int]:
        """Return the numbers of those that begin at or before a point, and end after it."""
        some = range(bisect_right(self._latest, at), bisect_right(self._starts, at))
        return [n for n in some if at < self._ends[n]]

    def overlapping(self, start: Any, end: Any) -> list[int]:
        """Return the numbers of those that share more than a point with what lies between two."""
        some = range(bisect_right(self._latest, start), bisect_left(self._starts, end))
        return [n for n in some if start < self._ends[n]]


class Copy:
    """A file that is written to memory, packet by packet, on a clock that begins at ``start`` seconds of the parent."""

    def __init__(
        self,
        kind: str,
        tracks: Sequence[Any],
        *,
        start: Fraction,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self._kind, self._tracks = kind, tracks
        self._start, self._options = start, {**REPEATABLE, **(options or {})}
        self._buffer = io.BytesIO()
        self._target: Any = None
        self._streams: dict[int, Any] = {}
        self._failed = False
        self._undated = 0

    def add(self, packet: Any) -> None:
        """Write a packet, and leave it as it is."""
        import av

        if self._failed:
            return
        before = (packet.pts, packet.dts, packet.duration, packet.time_base, packet.stream)
        try:
            self._put(packet)
        except (av.FFmpegError, ValueError):
            self._failed = True
        packet.pts, packet.dts, packet.duration, packet.time_base, packet.stream = before

    def _put(self, packet: Any) -> None:
        import av

        if self._target is None:
            self._target = av.open(self._buffer, "w", format=self._kind, options=self._options)
            self._streams = {track.index: self._target.add_stream_from_template(track) for track in self._tracks}
        shift = round(self._start / packet.time_base)
        packet.pts -= shift
        packet.dts = self._coded_at(packet) if packet.dts is None else packet.dts - shift
        packet.stream = self._streams[packet.stream.index]
        self._target.mux(packet)

    def _coded_at(self, packet: Any) -> int:
        """Return when a packet is to be decoded that does not say: in Matroska the first few pictures."""
        if packet.stream.type == "audio":
            return int(packet.pts)
        self._undated += 1
        return min(int(packet.pts), self._undated - _MOST_AHEAD)

    def data(self) -> bytes | None:
        """Return the file once all packets are in it, or None where there is none."""
        import av

        if self._target is None:
            return None
        try:
            self._target.close()
        except (av.FFmpegError, ValueError):
            return None
        return None if self._failed else self._buffer.getvalue()
