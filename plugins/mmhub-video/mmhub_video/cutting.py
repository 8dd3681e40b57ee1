"""Pieces of a video as files of their own, between key pictures as they were coded, or coded anew at any frame."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from mmhub import Media, Segment, Undecodable
from mmhub_audio.cutting import Stretch
from mmhub_audio.packets import packets, salvaged
from mmhub_video.clock import nanoseconds
from mmhub_video.decode import moving
from mmhub_video.recoding import recoded
from mmhub_video.remux import remuxed
from mmhub_video.trust import Span


class Film:
    """A video to be cut, by when its pictures are shown, on the clock of the file; it is read, and not decoded.

    Raises Undecodable where nothing of it can be read. What is damaged is cut as well: what is damaged of it are
    pieces.
    """

    def __init__(self, media: Media) -> None:
        self._media = media
        with salvaged(media) as source:
            pictures = moving(source)
            self._base: Fraction = pictures.time_base
            held = [each for each in packets(source, [pictures]) if each is not None]
            if any(each.pts is None for each in held):
                raise Undecodable("unsupported", "some of its pictures have no time: nothing can be cut by it")
            self._shown = [int(each.pts) for each in held]
            self._keys = [number for number, each in enumerate(held) if each.is_keyframe]
            self._end = max((each.pts + max(1, each.duration or 0) for each in held), default=0)
        if not self._keys:
            raise Undecodable("damaged", "no picture of it stands alone")
        self._key_times = [self._shown[number] for number in self._keys]
        self._times = sorted(self._shown)
        self._times_ns = [self._ns(each) for each in self._times]
        # By place: when the first of all that are coded from there on is shown.
        self._rest = [*accumulate(reversed(self._shown), min)][::-1]

    @property
    def start_ns(self) -> int:
        """When the first picture is shown."""
        return self._ns(self._times[0])

    @property
    def end_ns(self) -> int:
        """When the last picture has been shown."""
        return self._ns(self._end)

    @property
    def end(self) -> Fraction:
        """When the last picture has been shown, in seconds."""
        return self._end * self._base

    def pieces(self, stretches: Sequence[Stretch], *, exact: bool) -> list[Segment | None]:
        """Return a file for each of some stretches in order of time; None where nothing is shown.

        With ``exact`` it holds the pictures that begin to be shown meanwhile, coded anew, and the samples heard with
        them. Otherwise it begins with the last key picture before, and its packets are what they were.
        """
        asked = [self._span(start, end, exact=exact) for start, end in stretches]
        spans = [span for span in asked if span is not None]
        files = iter(recoded(self._media, spans) if exact else remuxed(self._media, spans, sound=True))
        return [self._segment(span, next(files)) if span is not None else None for span in asked]

    def _segment(self, span: Span, data: bytes | None) -> Segment | None:
        end = self._end if span.end is None else span.end
        return Segment(self._ns(span.start), self._ns(end), data) if data is not None else None

    def _span(self, start_ns: int, end_ns: int, *, exact: bool) -> Span | None:
        if start_ns >= self.end_ns:
            return None
        stop = bisect_left(self._times_ns, end_ns)
        end = self._times[stop] if stop < len(self._times) else self._end
        if not exact:
            return self._copied(max(0, bisect_right(self._times_ns, start_ns) - 1), end)
        first = bisect_left(self._times_ns, start_ns)
        return Span(0, 0, self._times[first], end) if first < stop else None

    def _copied(self, shown: int, end: int) -> Span:
        """Return the packets from the last key picture before the one shown first until none is missing."""
        key = max(0, bisect_right(self._key_times, self._times[shown]) - 1)
        first = self._keys[key]
        stop, latest = first + 1, self._shown[first]
        # Pictures are predicted from some that are shown later: these are coded before them, and come along.
        while stop < len(self._shown) and self._rest[stop] < max(end, latest):
            latest = max(latest, self._shown[stop])
            stop += 1
        return Span(first, stop, self._shown[first], self._rest[stop] if stop < len(self._rest) else None)

    def _ns(self, ticks: int) -> int:
        return nanoseconds(ticks, self._base)
