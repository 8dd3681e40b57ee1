"""Resampling, by FFmpeg's libswresample at its default quality."""

import numpy as np

_CHUNK = 1 << 18
"""Samples handed over at a time: FFmpeg counts the bytes of a frame in 32 bits."""


def resample(samples: np.ndarray, rate_hz: int, to_rate_hz: int) -> np.ndarray:
    """Return mono float32[n] at another rate, float32[round(n * to_rate_hz / rate_hz)], in time with the original."""
    import av

    length = round(len(samples) * to_rate_hz / rate_hz)
    if rate_hz == to_rate_hz:
        return samples
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=to_rate_hz)
    pieces = []
    for start in range(0, len(samples), _CHUNK):
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples[None, start : start + _CHUNK]), format="fltp", layout="mono"
        )
        frame.sample_rate = rate_hz
        frame.pts = start
        pieces += resampler.resample(frame)
    pieces += resampler.resample(None)
    whole = np.concatenate([piece.to_ndarray()[0] for piece in pieces] or [np.zeros(0, np.float32)])
    return np.pad(whole[:length], (0, max(0, length - len(whole))))
