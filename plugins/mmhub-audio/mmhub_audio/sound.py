"""A decoded sound, with the views that operators ask for."""

import functools
from dataclasses import dataclass, replace

import numpy as np

from mmhub import Media
from mmhub_audio.resample import resample

_SCALE = {"uint8": (128.0, 128.0), "int16": (0.0, 2.0**15), "int32": (0.0, 2.0**31)}
"""What to subtract from integer samples, and what to divide them by, for a full scale of one."""
_CODECS = {"uint8": "pcm_u8", "int16": "pcm_s16le", "int32": "pcm_s32le"}

NS_PER_SECOND = 1_000_000_000


def read_only(array: np.ndarray) -> np.ndarray:
    """Return a view of ``array`` that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, eq=False, kw_only=True)
class Sound:
    """A sound that was decoded in full; views of it are computed on first use and kept.

    ``raw`` holds the samples in the type the decoder gave them, [channels, n]: int16, int32, uint8, or floats
    with a full scale of one. ``codec`` and ``container`` are FFmpeg's names, such as ``pcm_s16le`` and ``wav``.
    All arrays are read-only, as the next operator shall hear the same.
    """

    media: Media
    raw: np.ndarray
    rate_hz: int
    codec: str
    container: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "raw", read_only(self.raw))

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
            return read_only(self.raw.astype(np.float32, copy=False))
        return read_only(((self.raw.astype(np.float32) - np.float32(offset)) / np.float32(scale)).astype(np.float32))

    @functools.cached_property
    def mono(self) -> np.ndarray:
        """float32[n], the mean over channels."""
        return read_only(self.samples[0] if self.channels == 1 else self.samples.mean(axis=0))

    def at(self, rate_hz: int) -> np.ndarray:
        """Return the mono sound at another rate, float32[round(n * rate_hz / self.rate_hz)]; kept per rate."""
        kept: dict[int, np.ndarray] = self.__dict__.setdefault("_at", {})
        if rate_hz not in kept:
            kept[rate_hz] = read_only(resample(self.mono, self.rate_hz, rate_hz))
        return kept[rate_hz]

    def remade(self, samples: np.ndarray, *, rate_hz: int | None = None) -> "Sound":
        """Return a sound of other samples [channels, n], full scale at one, in the type these have, to be a WAV file.

        Integers are rounded, and what exceeds full scale is cut off.
        """
        kind = self.raw.dtype
        raw = samples.astype(np.float32)
        if kind.name in _SCALE:
            offset, scale = _SCALE[kind.name]
            limits = np.iinfo(kind)
            # in float64, as float32 does not hold the largest int32
            raw = np.clip(np.rint(samples.astype(np.float64) * scale + offset), limits.min, limits.max).astype(kind)
        codec = _CODECS.get(kind.name, "pcm_f32le")
        return replace(self, raw=raw, rate_hz=rate_hz or self.rate_hz, codec=codec, container="wav")
