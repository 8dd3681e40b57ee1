"""Steady noise taken out of a sound by a Wiener filter."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Options
from mmhub_audio.sound import Sound

_WINDOW_SECONDS = 0.032
_OVERLAP = 4
_FEWEST_WINDOWS = 20
_LEAST_EXCESS = 0.25
"""How much more power than its steady part a sound has to have, as a share of that, to be more than a drone."""
_BLOCK_SECONDS = 60.0
"""Noise is estimated anew for every minute."""


class DenoisingOptions(Options):
    """How noise is told from sound, and how much of it stays."""

    noise_quantile: float = Field(default=0.2, gt=0.0, lt=1.0)
    """The level of each frequency that is not exceeded for this share of time is taken for noise alone."""
    wanted_db: float = Field(default=30.0, ge=0.0)
    """How far noise is to lie below the sound afterwards."""
    tolerance_db: float = Field(default=6.0, ge=3.0)
    """A sound whose noise is by no more than this too near stays as it is: filtering harms a clean one."""
    smoothing: float = Field(default=0.96, ge=0.0, lt=1.0)
    """How much the estimate for one window leans on the window before."""


def denoised(sounds: Sequence[Sound], options: DenoisingOptions) -> list[Sound | None]:
    """Return each sound with less of its steady noise; ``None`` where there is little, or nothing but steady sound.

    Per frequency, noise is told by a low quantile over time (Stahl, Fischer and Bippus, Quantile based noise
    estimation, 2000), and taken out by a Wiener filter with decision-directed a-priori SNR (Scalart and Filho, Speech
    enhancement based on a priori signal to noise estimation, 1996).
    """
    return [_denoised(sound, options) for sound in sounds]


def _denoised(sound: Sound, options: DenoisingOptions) -> Sound | None:
    window = 1 << round(np.log2(_WINDOW_SECONDS * sound.rate_hz))
    if sound.raw.shape[1] < _FEWEST_WINDOWS * window // _OVERLAP:
        return None
    most = int(_BLOCK_SECONDS * sound.rate_hz)
    blocks = max(1, sound.raw.shape[1] // most)
    cleaned = [
        [_filtered(block, window, options) for block in np.array_split(channel, blocks)] for channel in sound.samples
    ]
    if all(block is None for channel in cleaned for block in channel):
        return None
    return sound.remade(np.stack([_joined(*both, blocks) for both in zip(cleaned, sound.samples, strict=True)]))


def _joined(cleaned: list[np.ndarray | None], channel: np.ndarray, blocks: int) -> np.ndarray:
    """Return the blocks of a channel, each as it was cleaned, or else as it was."""
    before = np.array_split(channel, blocks)
    return np.concatenate([old if new is None else new for new, old in zip(cleaned, before, strict=True)])


def _filtered(samples: np.ndarray, window: int, options: DenoisingOptions) -> np.ndarray | None:
    """Return samples with their noise as far below them as wanted, or ``None`` where nothing is to be done."""
    from scipy.signal import ShortTimeFFT
    from scipy.signal.windows import hann

    transform = ShortTimeFFT(np.sqrt(hann(window, sym=False)), hop=window // _OVERLAP, fs=1.0)
    spectrum = transform.stft(samples)
    power = np.square(np.abs(spectrum))
    # periodograms of noise are exponentially distributed, which leads from a quantile to the mean
    noise = np.quantile(power, options.noise_quantile, axis=1) / -np.log1p(-options.noise_quantile)
    steady, excess = float(noise.sum()), float(power.sum(axis=0).mean() - noise.sum())
    if (
        excess < _LEAST_EXCESS * steady
        or excess >= 10.0 ** ((options.wanted_db - options.tolerance_db) / 10.0) * steady
    ):
        return None
    lowest = min(1.0, np.sqrt(excess / steady) * 10.0 ** (-options.wanted_db / 20.0))
    gains = _gains(power / np.maximum(noise, 1e-20)[:, None], lowest, options)
    return np.asarray(transform.istft(spectrum * gains, k1=len(samples)))


def _gains(posterior: np.ndarray, lowest: float, options: DenoisingOptions) -> np.ndarray:
    """Return the gain of each frequency in each window, float64[bins, windows], from power over that of the noise."""
    gains = np.empty_like(posterior)
    before = np.maximum(posterior[:, 0] - 1.0, 0.0)
    for n, now in enumerate(posterior.T):
        prior = options.smoothing * before + (1.0 - options.smoothing) * np.maximum(now - 1.0, 0.0)
        gains[:, n] = np.maximum(prior / (1.0 + prior), lowest)
        before = np.square(gains[:, n]) * now
    return gains


DENOISING = Cleaner(
    name="audio/denoise",
    version=1,
    modality="audio",
    summary="Takes steady noise, such as hiss and hum, out of a sound.",
    options=DenoisingOptions,
    repair=denoised,
)
