"""A decoded sound, with the views that operators ask for."""

import functools
from dataclasses import dataclass

import numpy as np

from mmhub import Media
from mmhub_audio.resample import resample

_SCALE = {"uint8": (128.0, 128.0), "int16": (0.0, 2.0**15), "int32": (0.0, 2.0**31)}
"""What to subtract from integer samples, and what to divide them by, for a full scale of one."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Sound:
    """A sound that was decoded in full; views of it are computed on first use and kept.

    ``raw`` holds the samples in the type the decoder gave them, [channels, n]: int16, int32, uint8, or floats
    with a full scale of one. ``codec`` and ``container`` are FFmpeg's names, such as ``pcm_s16le`` and ``wav``.
    """

    media: Media
    raw: np.ndarray
    rate_hz: int
    codec: str
    container: str

    @property
    def channels(self) -> int:
        """How many channels there are."""
        return int(self.raw.shape[0])

    @property
    def duration_seconds(self) -> float:
        """How long it lasts, counted in samples."""
        return float(self.raw.shape[1] / self.rate_hz)

    @functools.cached_property
    def samples(self) -> np.ndarray:
        """float32[channels, n], full scale at one."""
        offset, scale = _SCALE.get(self.raw.dtype.name, (0.0, 1.0))
        if scale == 1.0:
            return self.raw.astype(np.float32, copy=False)
        return ((self.raw.astype(np.float32) - np.float32(offset)) / np.float32(scale)).astype(np.float32)

    @functools.cached_property
    def mono(self) -> np.ndarray:
        """float32[n], the mean over channels."""
        return np.asarray(self.samples[0] if self.channels == 1 else self.samples.mean(axis=0))

    def at(self, rate_hz: int) -> np.ndarray:
        """Return the mono sound at another rate, float32[round(n * rate_hz / self.rate_hz)]; kept per rate."""
        kept: dict[int, np.ndarray] = self.__dict__.setdefault("_at", {})
        if rate_hz not in kept:
            kept[rate_hz] = resample(self.mono, self.rate_hz, rate_hz)
        return kept[rate_hz]
