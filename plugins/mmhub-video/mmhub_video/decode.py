"""From a video file to a `Clip`: every frame and every sample decoded, or the file refused."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mmhub import Media, Undecodable
from mmhub_audio import Sound
from mmhub_audio.container import frames, opened
from mmhub_audio.track import Track
from mmhub_video.clip import Clip
from mmhub_video.clock import Clock, SoundClock
from mmhub_video.ending import ends_early
from mmhub_video.sampler import Sampler
from mmhub_video.trace import Trace, Tracer

if TYPE_CHECKING:
    from av.container import InputContainer

MOST_PIXELS = 8192 * 8192
"""A video with larger frames is refused as ``too-large``."""
_SLACK_SECONDS = 0.25
"""How much earlier than promised the last frame may end."""


Witness = Callable[[Any, float], None]
"""Is shown every frame as it is decoded, and of a picture how much it differs from the one before, as in a `Trace`."""


def decode(media: Media, *, witness: Witness | None = None) -> Clip:
    """Return the video of a file, decoded in full by one thread, pictures and sound in one pass.

    Raises Undecodable: ``empty-file``, ``not-video``, ``truncated``, ``damaged``, ``no-frames``, ``too-long``,
    ``too-large`` or ``unsupported``.
    """
    import av

    _refuse_early(media)
    with opened(media, kind="video") as container:
        stream = moving(container)
        sampler, clock, track, tracer = Sampler(), Clock(), Track(), Tracer()
        hearing = SoundClock()
        turns = 0
        for frame in frames(container, [stream, *container.streams.audio[:1]]):
            if isinstance(frame, av.AudioFrame):
                track.add(frame)
                hearing.add(frame)
            else:
                turns = round(frame.rotation / 90) % 4
                sampler.add(frame)
                clock.add(frame)
                tracer.add(frame)
            if witness:
                witness(frame, tracer.content)
        _refuse_short(stream, clock, container.format.name)
        sound = _sound(track, media, container)
        return _clip(media, container, stream, (sampler, turns), (clock, hearing), sound, tracer.trace())


def _refuse_early(media: Media) -> None:
    with media.open() as file:
        if ends_early(file):
            raise Undecodable("truncated", "the file ends before its own structure does")


def moving(container: "InputContainer") -> Any:
    """Return the first stream of moving pictures. Raises Undecodable."""
    import av

    attached = av.stream.Disposition.attached_pic
    moving = [stream for stream in container.streams.video if not stream.disposition & attached]
    if not moving:
        raise Undecodable("not-video", f"a {container.format.name} file without a stream of moving pictures")
    coded = moving[0].codec_context
    if coded is not None and coded.width * coded.height > MOST_PIXELS:
        raise Undecodable("too-large", f"frames of {coded.width} x {coded.height} pixels")
    return moving[0]


def _refuse_short(stream: Any, clock: Clock, container: str) -> None:
    if not clock.count:
        raise Undecodable("no-frames", "the video stream decodes to no frames")
    # an MPEG stream has no index: its length is what FFmpeg saw at its end
    if stream.duration is None or container in ("mpeg", "mpegts"):
        return
    promised = float((stream.duration + (stream.start_time or 0)) * stream.time_base)
    if clock.end_seconds() < promised - _SLACK_SECONDS:
        raise Undecodable("truncated", f"{clock.end_seconds():.3f} of {promised:.3f} seconds are there")


def _sound(track: Track, media: Media, container: "InputContainer") -> Sound | None:
    if not track.length:
        return None
    codec = container.streams.audio[0].codec_context.name
    return track.sound(media, codec=codec, container=container.format.name)


def _clip(
    media: Media,
    container: "InputContainer",
    stream: Any,
    sampled: tuple[Sampler, int],
    clocks: tuple[Clock, SoundClock],
    sound: Sound | None,
    trace: Trace,
) -> Clip:
    sampler, turns = sampled
    clock, hearing = clocks
    rate_hz = float(stream.average_rate) if stream.average_rate else None
    kept, stride = sampler.frames(turns)
    size = (stream.codec_context.width, stream.codec_context.height)
    width, height = reversed(size) if turns % 2 else size
    return Clip(
        media=media,
        width=width,
        height=height,
        frame_count=clock.count,
        duration_seconds=clock.duration_seconds(rate_hz),
        codec=stream.codec_context.name,
        container=container.format.name,
        kept=kept,
        stride=stride,
        sound=sound,
        shown_ns=clock.shown_ns(rate_hz),
        heard=hearing.heard(),
        trace=trace,
    )
