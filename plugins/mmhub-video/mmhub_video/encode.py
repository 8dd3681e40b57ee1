"""From a `Clip` back to the bytes of its file."""

from mmhub_video.clip import Clip


def encode(clip: Clip) -> bytes:
    """Return the file a video was decoded from: what repairs a video makes a file, and decodes it."""
    return clip.media.read()
