"""From an audio file to a `Sound`: every sample decoded, or the file refused."""

from typing import Any

from av.container import InputContainer

from mmhub import Media, Undecodable
from mmhub_audio.container import frames, opened
from mmhub_audio.sound import Sound
from mmhub_audio.track import Track
from mmhub_audio.xing import counts_frames

_SLACK_SECONDS = 0.1
"""How much less than promised a lossy codec may give: encoders pad the start and the end."""


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
        promised = _promised_seconds(container, stream, media)
    if sound.duration_seconds < promised:
        # where the last frame stands at the promised end, FFmpeg left out broken ones before it
        reason = "damaged" if last and last.time + last.samples / last.rate >= promised else "truncated"
        raise Undecodable(reason, f"{sound.duration_seconds:.3f} of at least {promised:.3f} seconds are there")
    return sound


def _promised_seconds(container: InputContainer, stream: Any, media: Media) -> float:
    """Return how long the header says the sound is, less the slack of its codec; zero where it says nothing."""
    name = container.format.name
    if stream.duration is None or name in ("aac", "ogg", "ac3", "amr", "mpeg", "mpegts"):
        return 0.0
    if name == "mp3" and not counts_frames(media):
        return 0.0
    seconds = float(stream.duration * stream.time_base)
    exact = stream.codec_context.name == "flac" or stream.codec_context.name.startswith("pcm_")
    # half a sample, for the rounding of seconds
    return seconds - (0.5 / stream.rate if exact else _SLACK_SECONDS)
