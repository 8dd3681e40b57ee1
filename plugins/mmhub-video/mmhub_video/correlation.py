"""How alike curves are at every lag, each lag judged by what then overlaps."""

import cv2
import numpy as np

_LEAST_SHARE = 0.25
"""Of the whole spread of two curves, how much an overlap counts as having at least: a still one proves nothing."""


def flattened(curves: np.ndarray, *, narrow: float, wide: float) -> np.ndarray:
    """Return curves [k, n] smoothed by ``narrow`` values, less their course over ``wide`` ones, float64[k, n]."""
    return np.stack([_smooth(curve, narrow) - _smooth(curve, wide) for curve in curves])


def _smooth(curve: np.ndarray, sigma: float) -> np.ndarray:
    row = np.ascontiguousarray(curve, dtype=np.float64)[None]
    return np.asarray(cv2.GaussianBlur(row, (0, 0), sigmaX=sigma, borderType=cv2.BORDER_REFLECT)[0])


def correlations(heard: np.ndarray, seen: np.ndarray, most: int) -> np.ndarray:
    """Return the correlation of curves at lags from ``-most`` to ``most``, times the root of the overlap.

    float64[h, s, 2 * most + 1] of float64[h, n] and float64[s, n], with n > most. At a positive lag what is heard
    comes so much later than what is seen. For curves that have nothing to do with each other the values have a
    variance of one, whatever the overlap.
    """
    length = heard.shape[1]
    size = 1 << int(np.ceil(np.log2(length + most + 1)))
    lags = np.arange(-most, most + 1)
    ones = np.fft.rfft(np.ones(length), size)
    h, h2, s, s2 = (np.fft.rfft(each, size, axis=-1) for each in (heard, heard**2, seen, seen**2))

    def at_lags(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.asarray(np.fft.irfft(left * right.conj(), size, axis=-1)[..., lags])

    count = length - np.abs(lags)
    sum_h, sum_s = at_lags(h, ones)[:, None], at_lags(ones, s)[None]
    spread_h = at_lags(h2, ones)[:, None] - sum_h**2 / count
    spread_s = at_lags(ones, s2)[None] - sum_s**2 / count
    common = at_lags(h[:, None], s[None]) - sum_h * sum_s / count
    whole = np.sqrt(_spread(heard)[:, None, None] * _spread(seen)[None, :, None])
    both = np.sqrt(np.maximum(spread_h * spread_s, 0.0))
    return np.asarray(common / np.maximum(both, _LEAST_SHARE * whole + 1e-12) * np.sqrt(count))


def _spread(curves: np.ndarray) -> np.ndarray:
    return np.asarray(curves.var(axis=1) * curves.shape[1])


def tailedness(curves: np.ndarray) -> np.ndarray:
    """Return the kurtosis of each curve of mean zero, float64[k]: 3 for noise, large where all lies in a few values."""
    return np.asarray((curves**4).mean(axis=1) / ((curves**2).mean(axis=1) ** 2 + 1e-20))
