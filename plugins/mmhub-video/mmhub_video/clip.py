"""A decoded video, with the frames and the sound that operators ask for."""

from dataclasses import dataclass

import numpy as np

from mmhub import Media
from mmhub_audio import Sound
from mmhub_audio.sound import read_only
from mmhub_video.clock import Heard
from mmhub_video.trace import Trace


@dataclass(frozen=True, eq=False, kw_only=True)
class Clip:
    """A video of which every frame was decoded, and some were kept.

    ``width`` and ``height`` are in pixels, as it is shown: rotated where the file says so. ``kept`` holds evenly
    spaced frames uint8[k, h, w, 3], made smaller, each standing for ``stride`` frames. ``sound`` is its first
    sound track, decoded in the same pass, or None. ``trace`` has a few numbers of every frame. ``shown_ns`` is when
    each frame is shown, int64[frame_count], and ``heard`` when the samples of the sound are, on one clock. All arrays
    are read-only, as the next operator shall see the same.
    """

    media: Media
    width: int
    height: int
    frame_count: int
    duration_seconds: float
    codec: str
    container: str
    kept: np.ndarray
    stride: int
    sound: Sound | None
    shown_ns: np.ndarray
    heard: Heard | None
    trace: Trace

    def __post_init__(self) -> None:
        for name in ("kept", "shown_ns"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def frame_rate_hz(self) -> float:
        """Frames per second, on average."""
        return self.frame_count / self.duration_seconds if self.duration_seconds else 0.0

    @property
    def has_sound(self) -> bool:
        """Whether there is a sound track, silent or not."""
        return self.sound is not None

    def frames(self, count: int) -> np.ndarray:
        """Return frames from the middles of ``count`` equal parts of the video, uint8[count, h, w, 3].

        They are the nearest of those kept: a video with fewer frames than that gives some of them twice.
        """
        middles = (np.arange(count) + 0.5) * self.frame_count / count
        nearest = np.clip(np.rint((middles - 0.5) / self.stride), 0, len(self.kept) - 1)
        return np.asarray(self.kept[nearest.astype(int)])
