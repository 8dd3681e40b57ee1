"""How long a file says its sound is, before any of it is decoded."""

from typing import TYPE_CHECKING, Any

from mmhub import Media
from mmhub_audio.xing import counts_frames

if TYPE_CHECKING:
    from av.container import InputContainer

_GUESSED = ("aac", "ac3", "amr", "flv", "mpeg", "mpegts")
"""Containers that do not say: what FFmpeg gives for them is a guess from the size of the file."""
_SLACK_SECONDS = 0.1
"""How much less a lossy codec may give than its container promises."""
_MP4_SLACK_SECONDS = 0.25
"""An MP4 index counts what encoders put before and behind the sound: 3,136 samples of AAC, at 16 kHz 0.2 s."""


def promised_seconds(container: "InputContainer", stream: Any, media: Media) -> float:
    """Return how much sound there must be at least by a file's headers, in seconds; zero where they do not say."""
    name = container.format.name
    if stream.duration is None or name in _GUESSED or (name == "mp3" and not counts_frames(media)):
        return 0.0
    return float(stream.duration * stream.time_base) - _slack_seconds(name, stream)


def _slack_seconds(container: str, stream: Any) -> float:
    codec = stream.codec_context.name
    if codec == "flac" or codec.startswith("pcm_"):
        # half a sample, for the rounding of seconds
        return 0.5 / float(stream.rate)
    return _MP4_SLACK_SECONDS if "mp4" in container else _SLACK_SECONDS
