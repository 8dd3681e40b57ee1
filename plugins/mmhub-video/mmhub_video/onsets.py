"""How a sound sets in and swells, in a few curves: what may have a cause that is seen."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from mmhub_audio import Sound

RATE_HZ = 100
"""Values a second of every curve."""
LONGEST_SECONDS = 300
"""Of a longer sound this much is looked at: its offset is the same throughout."""
_SOUND_HZ = 16_000
_WINDOW = 512
_EDGES_HZ = (60, 250, 500, 1000, 2000, 4000, 7900)
_FLOOR = 1e-5
"""Power below the loudest, as a share of it, that counts as none."""


def onsets(sound: Sound) -> np.ndarray:
    """Return curves of a sound, float64[5, n], value ``k`` centred at ``k / RATE_HZ`` seconds.

    They are the growth of level, the spectral flux (Masri 1996) over six bands of log power, the growth of amplitude,
    the amplitude, and the level.
    """
    power = _bands(_beginning(sound))
    whole = power.sum(axis=1)
    level = np.log10(whole + whole.max(initial=0.0) * _FLOOR + 1e-9)
    bands = np.log10(power + np.maximum(power.max(axis=0, initial=0.0) * _FLOOR, 1e-9))
    amplitude = np.sqrt(whole)
    return np.stack([_growth(level), _growth(bands).sum(axis=1), _growth(amplitude), amplitude, level])


def _beginning(sound: Sound) -> np.ndarray:
    most = LONGEST_SECONDS * sound.rate_hz
    return (replace(sound, raw=sound.raw[:, :most]) if sound.raw.shape[1] > most else sound).at(_SOUND_HZ)


def _bands(samples: np.ndarray) -> np.ndarray:
    """Return the power in each band, float64[n, 6]."""
    hop = _SOUND_HZ // RATE_HZ
    padded = np.pad(samples, _WINDOW // 2)
    count = len(samples) // hop
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::hop][:count]
    spectrum = np.square(np.abs(np.fft.rfft(windows * np.hanning(_WINDOW).astype(np.float32), axis=1)))
    places = np.searchsorted(np.fft.rfftfreq(_WINDOW, 1 / _SOUND_HZ), _EDGES_HZ)
    return np.stack([spectrum[:, low:high].sum(axis=1) for low, high in pairwise(places)], axis=1)


def _growth(curve: np.ndarray) -> np.ndarray:
    """Return by how much each value is passed from the one before to the one behind it; a fall is none."""
    grown = np.zeros_like(curve)
    grown[1:-1] = np.maximum(curve[2:] - curve[:-2], 0.0)
    return grown
