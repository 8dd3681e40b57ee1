"""Spans of a video as files of their own, without coding anything anew."""

import math
from collections.abc import Sequence
from typing import Any

from mmhub import Media
from mmhub_audio.copying import Copy, Intervals
from mmhub_audio.packets import packets, salvaged
from mmhub_video.trust import Span

_SAME = {"webm": "webm", "matroska": "matroska", "mp4": "mp4", "avi": "avi", "mpegts": "mpegts"}
"""Kinds of containers which are written as they are read; others become Matroska, which takes nearly any codec."""


def remuxed(media: Media, spans: Sequence[Span], *, sound: bool) -> list[bytes | None]:
    """Return, for each of some spans in order of time, a file of its packets, and of the sound meanwhile if asked for.

    The file is read once for all of them. None stands for one that FFmpeg cannot write.
    """
    with salvaged(media) as source:
        pictures: Any = source.streams.video[0]
        tracks = [pictures, *(source.streams.audio[:1] if sound else ())]
        base, kind = pictures.time_base, kind_of(source, media)
        times = [(span.start * base, math.inf if span.end is None else span.end * base) for span in spans]
        files = [Copy(kind, tracks, start=start) for start, _ in times]
        numbered, timed = Intervals([(span.first, span.stop) for span in spans]), Intervals(times)
        number = -1
        for packet in packets(source, tracks):
            if packet is None:
                continue
            if packet.stream is pictures:
                number += 1
                for n in numbered.holding(number):
                    if packet.pts >= spans[n].start:
                        files[n].add(packet)
            elif packet.pts is not None:
                for n in timed.holding(packet.pts * packet.time_base):
                    files[n].add(packet)
        return [file.data() for file in files]


def kind_of(source: Any, media: Media) -> str:
    """Return the container to write a span of ``source`` in."""
    with media.open() as file:
        head = file.read(4096)
    names = source.format.name.split(",")
    if "matroska" in names:
        return "webm" if b"webm" in head[:64] else "matroska"
    return next((kind for name, kind in _SAME.items() if name in names), "matroska")
