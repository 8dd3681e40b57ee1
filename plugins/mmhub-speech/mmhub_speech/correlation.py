"""How well cues fit speech, for every moment they may have been shifted to.

Pearson's correlation of what both cover, by Fourier transforms (Padfield, Masked object registration in the Fourier
domain, 2012), times the square root of the seconds that are covered: a long fit says more than a short one.
"""

from collections.abc import Sequence

import numpy as np

from mmhub_audio.sound import NS_PER_SECOND
from mmhub_audio.voice import FRAME_SECONDS
from mmhub_speech.cue import Cue

FRAME_NS = round(FRAME_SECONDS * NS_PER_SECOND)
_AROUND_FRAMES = 32
"""About a second before the first cue and after the last, in which nobody should speak."""
_LEAST_VARIANCE = 1e-6


def shown_share(cues: Sequence[Cue], *, rate: float = 1.0) -> tuple[np.ndarray, int]:
    """Return how much of each 32 ms some cue is shown, float64[n], and which frame of the sound is the first.

    Times are multiplied by ``rate`` before. The first frame may lie before the sound.
    """
    edges = np.array([(cue.start_ns, cue.end_ns) for cue in cues], dtype=np.float64) * rate / FRAME_NS
    first = int(np.floor(edges.min())) - _AROUND_FRAMES
    edges -= first
    shown = np.zeros(int(np.ceil(edges.max())) + _AROUND_FRAMES + 1)
    for start, end in edges:
        _cover(shown, start, end)
    return np.minimum(shown, 1.0), first


def _cover(shown: np.ndarray, start: float, end: float) -> None:
    """Add to each frame the share of it between two moments, in frames."""
    one, other = int(start), int(end)
    if one == other:
        shown[one] += end - start
        return
    shown[one] += one + 1 - start
    shown[one + 1 : other] += 1.0
    shown[other] += end - other


def fits(shown: np.ndarray, speech: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Return how well ``shown[i]`` fits ``speech[i + lag]`` for every lag, float64[len(lags)].

    Where fewer than two frames of both overlap, or one does not change there, it is zero.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    size = next_fast_len(len(shown) + len(speech), real=True)

    def correlated(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.asarray(irfft(np.conj(rfft(one, size)) * rfft(other, size), size)[lags % size])

    all_shown, all_speech = np.ones(len(shown)), np.ones(len(speech))
    reached = (lags > -len(shown)) & (lags < len(speech))
    count = np.where(reached, np.maximum(correlated(all_shown, all_speech), 1.0), 1.0)
    ones, others = correlated(shown, all_speech) / count, correlated(all_shown, speech) / count
    product = correlated(shown, speech) / count - ones * others
    spread_shown = correlated(shown**2, all_speech) / count - ones**2
    spread = spread_shown * (correlated(all_shown, speech**2) / count - others**2)
    found = product / np.sqrt(np.maximum(spread, _LEAST_VARIANCE)) * np.sqrt(count * FRAME_SECONDS)
    return np.where(reached & (spread > _LEAST_VARIANCE), found, 0.0)


def compared_seconds(shown: np.ndarray, speech: np.ndarray, lag: int) -> float:
    """Return how long ``shown[i]`` and ``speech[i + lag]`` are both there, and a frame at least."""
    return max(1, min(len(shown), len(speech) - lag) - max(0, -lag)) * FRAME_SECONDS
