"""A sound as a picture: its power by frequency and time."""

import numpy as np

_WINDOW, _COLUMNS, _ROWS = 512, 160, 64
_RANGE_DB = 70.0
_COLOURS = np.array(
    [[13, 8, 60], [84, 2, 163], [156, 23, 158], [205, 74, 118], [237, 121, 83], [253, 180, 47], [240, 249, 33]]
)
"""Seven points of the colour map plasma (van der Walt and Smith, 2015), which is even to the eye and in grey."""


def spectrogram(samples: np.ndarray) -> np.ndarray:
    """Return the power of mono ``samples`` float32[n] as colours, uint8[64, 160, 3], low frequencies at the bottom."""
    padded = np.pad(samples, (0, max(0, _WINDOW - len(samples))))
    starts = np.linspace(0, len(padded) - _WINDOW, _COLUMNS).astype(np.int64)
    windows = padded[starts[:, None] + np.arange(_WINDOW)] * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(windows, axis=1)[:, 1:]) ** 2
    rows = power.reshape(_COLUMNS, _ROWS, -1).mean(axis=2).T[::-1]
    decibels = 10 * np.log10(rows + 1e-12)
    level = np.clip((decibels - decibels.max()) / _RANGE_DB + 1, 0, 1)
    return _coloured(level)


def _coloured(level: np.ndarray) -> np.ndarray:
    points = np.linspace(0, 1, len(_COLOURS))
    channels = [np.interp(level, points, _COLOURS[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)
