"""Spectrograms of a sound, computed once and shared by all operators that ask for the same one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mmhub_audio.sound import Sound

_BLOCK = 2048
"""Windows transformed at a time, which bounds what a long sound takes beside its result."""


@dataclass(frozen=True, kw_only=True)
class Frames:
    """How a sound is cut into windows: Hann-weighted, of ``window`` samples, ``hop`` apart."""

    rate_hz: int
    window: int
    hop: int


def spectrogram(sound: Sound, frames: Frames, *, most_seconds: float) -> np.ndarray:
    """Return the power in each window of the first ``most_seconds``, float32[windows, window // 2 + 1].

    A full-scale sine has a power of one in its bin. It is kept with the sound.
    """
    kept: dict[tuple[Frames, float], np.ndarray] = sound.__dict__.setdefault("_spectrograms", {})
    if (frames, most_seconds) not in kept:
        samples = sound.at(frames.rate_hz)[: int(most_seconds * frames.rate_hz)]
        kept[frames, most_seconds] = np.concatenate(list(spectra(samples, frames)))
    return kept[frames, most_seconds]


def spectra(samples: np.ndarray, frames: Frames) -> Iterator[np.ndarray]:
    """Yield the power of mono samples [n] in blocks of windows; less than one window is padded with zeros."""
    samples = np.pad(samples, (0, max(0, frames.window - len(samples))))
    cut = np.lib.stride_tricks.sliding_window_view(samples, frames.window)[:: frames.hop]
    taper = np.hanning(frames.window + 1)[:-1].astype(np.float32)
    taper *= np.float32(2.0 / taper.sum())
    for start in range(0, len(cut), _BLOCK):
        found = np.fft.rfft(cut[start : start + _BLOCK] * taper, axis=1)
        yield np.square(found.real) + np.square(found.imag)
