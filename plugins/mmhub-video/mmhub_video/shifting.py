"""A video with its sound moved against the picture, without coding anything anew."""

import io
from typing import Any

from mmhub import Media
from mmhub_audio.copying import REPEATABLE
from mmhub_audio.packets import packets, salvaged
from mmhub_audio.sound import NS_PER_SECOND
from mmhub_video.remux import kind_of

_HOLDING = ("matroska", "webm", "mp4")
"""Containers that are known to hold a sound which begins later than the picture."""


def shifted(media: Media, by_ns: int) -> bytes | None:
    """Return the file with its sound ``by_ns`` later, or earlier if below zero; None if FFmpeg cannot.

    Packets are written as they are read. What sound there would be before the first picture is left out, and so
    are all streams but the first of pictures and the first of sound. Containers not known to hold that
    become Matroska.
    """
    import av

    with salvaged(media) as source:
        kind = kind_of(source, media)
        buffer = io.BytesIO()
        try:
            with av.open(buffer, "w", format=kind if kind in _HOLDING else "matroska", options=REPEATABLE) as target:
                _copy(source, target, by_ns)
        except (av.FFmpegError, ValueError):
            return None
        return buffer.getvalue()


def _copy(source: Any, target: Any, by_ns: int) -> None:
    pictures, sound = source.streams.video[0], source.streams.audio[0]
    made = {track.index: target.add_stream_from_template(track) for track in (pictures, sound)}
    held = [packet for packet in packets(source, [pictures, sound]) if packet is not None]
    first = min(
        packet.pts * packet.time_base for packet in held if packet.stream is pictures and packet.pts is not None
    )
    for packet in held:
        if packet.stream is sound and not _move(packet, by_ns, first):
            continue
        if packet.dts is None:
            packet.dts = packet.pts
        packet.stream = made[packet.stream.index]
        target.mux(packet)


def _move(packet: Any, by_ns: int, first: Any) -> bool:
    """Move a packet of sound, and return whether it is heard after the picture has begun."""
    ticks = round(by_ns / (packet.time_base * NS_PER_SECOND))
    if packet.pts is None:
        return False
    packet.pts += ticks
    packet.dts = packet.pts
    return bool(packet.pts * packet.time_base >= first)
