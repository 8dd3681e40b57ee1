"""From an audio file to a `Sound`: every sample decoded, or the file refused."""

from typing import Any

from mmhub import Media, Undecodable
from mmhub_audio.container import frames, opened
from mmhub_audio.promise import promised_seconds
from mmhub_audio.sound import Sound
from mmhub_audio.track import Track


def decode(media: Media) -> Sound:
    """Return the sound of a file, decoded in full.

    Raises Undecodable: ``empty-file``, ``not-audio``, ``truncated``, ``damaged``, ``no-samples``, ``too-long``,
    ``too-large`` or ``unsupported``.
    """
    with opened(media, kind="audio") as container:
        if not container.streams.audio:
            raise Undecodable("not-audio", f"a {container.format.name} file without an audio stream")
        stream = container.streams.audio[0]
        track, last = Track(), None
        for last in frames(container, [stream]):
            track.add(last)
        sound = track.sound(media, codec=stream.codec_context.name, container=container.format.name)
        promised = promised_seconds(container, stream, media)
    if sound.duration_seconds < promised:
        reason = "damaged" if _reaches(last, promised) else "truncated"
        raise Undecodable(reason, f"{sound.duration_seconds:.3f} of at least {promised:.3f} seconds are there")
    return sound


def _reaches(frame: Any, seconds: float) -> bool:
    """Return whether the last frame stands at the promised end: FFmpeg left out broken ones before it."""
    return frame.time is not None and bool(frame.time + frame.samples / frame.rate >= seconds)
