"""What is heard of a value: a sound itself, or the first sound track of a video."""

from typing import Any

from mmhub_audio import Sound


def sound_of(value: Any) -> Sound | None:
    """Return the sound of a decoded sound or video, None of a video without any."""
    if isinstance(value, Sound):
        return value
    found: Sound | None = value.sound
    return found
