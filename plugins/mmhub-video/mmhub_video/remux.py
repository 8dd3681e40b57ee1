"""A span of a video as a file of its own, without coding anything anew."""

import io
from typing import Any

import av

from mmhub import Media
from mmhub_video.footage import packets, salvaged
from mmhub_video.trust import Span

_SAME = {"webm": "webm", "matroska": "matroska", "mp4": "mp4", "avi": "avi", "mpegts": "mpegts"}
"""Kinds of containers which are written as they are read; others become Matroska, which takes nearly any codec."""


def remuxed(media: Media, span: Span, *, sound: bool) -> bytes | None:
    """Return a file of the packets of a span, and of the sound meanwhile where asked for; None if FFmpeg cannot."""
    with salvaged(media) as source:
        pictures = source.streams.video[0]
        tracks = [pictures, *(source.streams.audio[:1] if sound else ())]
        buffer = io.BytesIO()
        try:
            with av.open(buffer, "w", format=kind_of(source, media)) as target:
                _copy(source, target, tracks, span)
        except (av.FFmpegError, ValueError):
            return None
        return buffer.getvalue()


def kind_of(source: Any, media: Media) -> str:
    """Return the container to write a span of ``source`` in."""
    with media.open() as file:
        head = file.read(4096)
    names = source.format.name.split(",")
    if "matroska" in names:
        return "webm" if b"webm" in head[:64] else "matroska"
    return next((kind for name, kind in _SAME.items() if name in names), "matroska")


def _copy(source: Any, target: Any, tracks: list[Any], span: Span) -> None:
    made = {track.index: target.add_stream_from_template(track) for track in tracks}
    pictures, number = tracks[0], -1
    base = pictures.time_base
    start, end = span.start * base, None if span.end is None else span.end * base
    for packet in packets(source, tracks):
        if packet is None:
            continue
        if packet.stream is pictures:
            number += 1
            taken = span.first <= number < span.stop and packet.pts >= span.start
        else:
            taken = packet.pts is not None and packet.pts * packet.time_base >= start
            taken = taken and (end is None or packet.pts * packet.time_base < end)
        if taken:
            _put(target, made[packet.stream.index], packet, start)


def _put(target: Any, stream: Any, packet: Any, start: Any) -> None:
    """Write a packet, on a clock that begins with the span."""
    shift = round(start / packet.time_base)
    packet.pts -= shift
    packet.dts = packet.pts if packet.dts is None else packet.dts - shift
    packet.stream = stream
    target.mux(packet)
