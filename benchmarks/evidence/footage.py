"""Real videos, and what is made of them: other containers, and short clips of their frames coded anew."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from mmhub import Media
from mmhub_video import Clip, decode

Frames = np.ndarray
"""RGB, uint8[n, height, width, 3], 25 of them a second."""
RATE_HZ = 25
_SHORT_SIDE = 112
_MOST_FRAMES = 125


@dataclass(frozen=True)
class Kind:
    """A container, and the codecs that go into it."""

    container: str
    pictures: str
    sound: str
    options: tuple[tuple[str, str], ...] = ()


KINDS = {
    "mp4": Kind("mp4", "libx264", "aac"),
    "mp4-index-first": Kind("mp4", "libx264", "aac", (("moov_size", "60000"),)),
    "mp4-fragmented": Kind("mp4", "libx264", "aac", (("movflags", "frag_keyframe+empty_moov"),)),
    "mkv": Kind("matroska", "libx264", "aac"),
    "webm": Kind("webm", "libvpx", "libopus"),
    "avi": Kind("avi", "mpeg4", "libmp3lame"),
    "mpeg-ts": Kind("mpegts", "mpeg2video", "mp2"),
    "mpeg-ts-h264": Kind("mpegts", "libx264", "aac"),
    "mpeg-ps": Kind("vob", "mpeg2video", "mp2"),
}


def files(samples: Path) -> list[Path]:
    """Return the real videos, in a fixed order."""
    return sorted([*(samples / "vggsound/video").iterdir(), *(samples / "howto100m/videos").iterdir()])


def frames_of(path: Path) -> Frames:
    """Return the first five seconds of a video, small, at 25 frames a second or somewhat more or less."""
    found = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        scale = _SHORT_SIDE / min(stream.codec_context.width, stream.codec_context.height)
        width, height = (
            round(side * scale / 2) * 2 for side in (stream.codec_context.width, stream.codec_context.height)
        )
        for frame in container.decode(stream):
            found.append(frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA"))
            if len(found) == _MOST_FRAMES:
                break
    return np.stack(found)


def coded(frames: Frames, kind: Kind = KINDS["mp4"], *, shown_ms: Sequence[int] | None = None) -> bytes:
    """Return a file of frames, with a quiet tone where there is a codec for it."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind.container, options=dict(kind.options)) as container:
        pictures = container.add_stream(kind.pictures, rate=RATE_HZ, options=_settings(kind.pictures))
        pictures.width, pictures.height, pictures.pix_fmt = frames.shape[2], frames.shape[1], "yuv420p"
        pictures.codec_context.thread_count = 1
        if shown_ms is not None:
            pictures.codec_context.time_base = Fraction(1, 1000)
        track = container.add_stream(kind.sound, rate=48_000, layout="mono") if kind.sound else None
        sound = list(track.encode(_tone(len(frames) / RATE_HZ))) + list(track.encode(None)) if track else []
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            if shown_ms is not None:
                frame.pts, frame.time_base = shown_ms[number], Fraction(1, 1000)
            container.mux(pictures.encode(frame))
            upto = len(sound) * (number + 1) // len(frames)
            container.mux(sound[len(sound) * number // len(frames) : upto])
        container.mux(pictures.encode(None))
    return buffer.getvalue()


def _settings(codec: str) -> dict[str, str]:
    if codec == "libx264":
        return {"preset": "veryfast", "crf": "23", "g": "25", "bf": "2"}
    if codec == "libvpx":
        return {"deadline": "realtime", "cpu-used": "8", "g": "25", "b": "600k"}
    return {"b": "800k", "g": "12"}


def _tone(seconds: float) -> av.AudioFrame:
    samples = (0.1 * np.sin(np.arange(round(seconds * 48_000)) / 20)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
    frame.sample_rate = 48_000
    return frame


def clip_of(frames: Frames, *, shown_ms: Sequence[int] | None = None) -> Clip:
    """Return frames as they come out of a file."""
    return decode(Media(data=coded(frames, Kind("matroska", "libx264", ""), shown_ms=shown_ms)))


def shortened(data: bytes, seconds: float) -> bytes:
    """Return the beginning of a file in the same container and codecs, pictures alone; a short one as it is."""
    buffer = io.BytesIO()
    with av.open(io.BytesIO(data)) as source:
        pictures = source.streams.video[0]
        length = (source.duration or 0) / 1e6
        if 0 < length <= seconds or "mpeg" in source.format.name:
            return data
        name = {"matroska,webm": "matroska"}.get(source.format.name, "mp4")
        with av.open(buffer, "w", format=name) as target:
            _copy(source, pictures, target, seconds)
    return buffer.getvalue()


def _copy(source: Any, pictures: Any, target: Any, seconds: float) -> None:
    """Copy packets up to a time before which all that is shown is coded."""
    packets = [packet for packet in source.demux(pictures) if packet.size]
    ends = [number for number, packet in enumerate(packets) if packet.pts * packet.time_base > seconds]
    length = ends[0] if ends else len(packets)
    while length > 1 and max(each.pts for each in packets[:length]) > min(
        (each.pts for each in packets[length:]), default=1 << 62
    ):
        length -= 1
    stream = target.add_stream_from_template(pictures)
    for packet in packets[:length]:
        packet.stream = stream
        target.mux(packet)
