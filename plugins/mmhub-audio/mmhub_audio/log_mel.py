"""A vector without a model: how a sound's energy spreads over pitch, and how much that changes."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import Field

from mmhub import Encoder, Inputs, Options, Weights
from mmhub_audio.hearing import Hearing, hear
from mmhub_audio.sound import Sound

_BLOCK = 4096
"""Windows transformed at a time, so that an hour of sound needs no more memory than a minute."""


class LogMelOptions(Options):
    """The spectrogram whose statistics are taken."""

    rate_hz: int = Field(default=16_000, ge=4_000)
    """The rate a sound is resampled to."""
    bands: int = Field(default=64, ge=4)
    """How many mel bands."""
    window_seconds: float = Field(default=0.025, gt=0.0)
    """The length of a window."""
    hop_seconds: float = Field(default=0.010, gt=0.0)
    """How far windows are apart."""
    most_seconds: float = Field(default=600.0, gt=0.0)
    """How much of a sound is read, from its start."""
    normalise: bool = True
    """Whether vectors are scaled to length one."""


def log_mel(sound: Sound, options: LogMelOptions, modality: str) -> np.ndarray:
    """Return the mean and the standard deviation of each band's log energy over time, float32[2 * bands].

    Energies are in decibels of full scale, at least -100; bands are triangles on the mel scale
    2595 log10(1 + f / 700) (O'Shaughnessy 1987; Davis and Mermelstein 1980).
    """
    samples = hear(sound, Hearing(options.rate_hz, None), most_seconds=options.most_seconds, window="first")
    window = round(options.window_seconds * options.rate_hz)
    hop = round(options.hop_seconds * options.rate_hz)
    framed = np.lib.stride_tricks.sliding_window_view(samples, window)[::hop]
    blocks = [framed[start : start + _BLOCK] for start in range(0, len(framed), _BLOCK)]
    levels = np.concatenate([_levels(block, options) for block in blocks])
    return np.concatenate([levels.mean(axis=0), levels.std(axis=0)]).astype(np.float32)


def _levels(framed: np.ndarray, options: LogMelOptions) -> np.ndarray:
    """Return the energy of each band in each window, in decibels, float64[windows, bands]."""
    window = framed.shape[1]
    taper = np.hanning(window + 1)[:-1]
    power = np.abs(np.fft.rfft(framed * taper, axis=1)) ** 2 / np.square(taper.sum())
    energies = power @ mel_bands(window, options.rate_hz, options.bands)
    return np.asarray(10.0 * np.log10(np.maximum(energies, 1e-10)))


@functools.lru_cache(maxsize=8)
def mel_bands(window: int, rate_hz: int, bands: int) -> np.ndarray:
    """Return triangles evenly spaced on the mel scale, float64[window // 2 + 1, bands]."""
    hertz = np.fft.rfftfreq(window, 1.0 / rate_hz)
    mels = np.linspace(0.0, 2595.0 * np.log10(1.0 + rate_hz / 2 / 700.0), bands + 2)
    edges = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    # between two frequencies of a short window a narrow band would hear nothing
    step = rate_hz / window
    rising = 1.0 - (centre - hertz[:, None]) / np.maximum(centre - low, step)
    falling = 1.0 - (hertz[:, None] - centre) / np.maximum(high - centre, step)
    return np.asarray(np.clip(np.minimum(rising, falling), 0.0, None))


class LogMel:
    """Passes on vectors that were computed where the sound was decoded."""

    batch_size = 64

    def __init__(self, options: LogMelOptions) -> None:
        self.dim = 2 * options.bands
        self._normalise = options.normalise

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return the vector under a name."""
        return {"vector": view}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return one length for all."""
        return self.dim

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return the vectors, scaled to length one if asked, float32[n, 2 * bands]."""
        rows = np.stack([inputs["vector"] for inputs in batch])
        if self._normalise:
            rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return rows.astype(np.float32)


def load_log_mel(options: LogMelOptions, weights: Weights | None, device: str) -> LogMel:
    """Return the encoder; there is nothing to load."""
    return LogMel(options)


LOG_MEL = Encoder(
    name="audio/log-mel",
    version=1,
    modalities=("audio",),
    summary="Mean and spread of the log-mel spectrogram: a vector of timbre that needs no weights.",
    options=LogMelOptions,
    view=log_mel,
    load=load_log_mel,
)
