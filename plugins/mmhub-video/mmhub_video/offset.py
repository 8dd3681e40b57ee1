"""How much later a sound is heard than its causes are seen, and whether that can be told at all.

Onsets of the sound are correlated with what stirs most in any part of the picture, as in Hershey and Movellan (Audio
vision, NIPS 1999), over many pairs of curves. What counts is the evidence for the best lag: its height, how far it
stands above every other, and whether both halves of the clip speak for it. A few large events fit anywhere, so that
curves of which little is in many values weigh less.
"""

from dataclasses import dataclass

import numpy as np

from mmhub_audio import Sound
from mmhub_audio.sound import NS_PER_SECOND
from mmhub_video.clock import Heard
from mmhub_video.correlation import correlations, flattened, tailedness
from mmhub_video.onsets import LONGEST_SECONDS, RATE_HZ, onsets

_TICK_NS = NS_PER_SECOND // RATE_HZ
_NARROW, _WIDE = 2.5, 50.0
_LEAST_SECONDS = 2.0
"""With less to compare nothing can be told."""
_APART = 20
"""How many lags around the best one count as the same answer: 200 ms to each side."""
_NEAR = 4
_BEYOND = 1.25
"""How much further than asked for is looked: what lies there is no answer, and must not pass for one that is near."""
_EVEN, _SLOPE = 11.5, 1.1
"""The evidence that one in a hundred pictures at most reaches beside a sound of another clip, and a slope to go with
it: 0.9 takes 13.5. So a confidence orders answers; it is no measured probability."""


@dataclass(frozen=True)
class Offset:
    """An estimate: ``milliseconds`` by which the sound is late (negative: early), the evidence, and a confidence."""

    milliseconds: float
    evidence: float
    confidence: float


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves of a stream, float64[k, n], and when each value is seen or heard, int64[n]."""

    values: np.ndarray
    times_ns: np.ndarray


def seen_curves(stirs: np.ndarray, shown_ns: np.ndarray) -> Curves:
    """Return the curves of a picture, from its trace."""
    order = np.argsort(shown_ns, kind="stable")
    times = shown_ns[order]
    # what is new in a frame came about at some time since the one before
    times[1:] = (times[1:] + times[:-1]) // 2
    return Curves(stirs[:, order].astype(np.float64), times)


def heard_curves(sound: Sound, heard: Heard) -> Curves:
    """Return the curves of a sound."""
    values = onsets(sound)
    centres = np.arange(values.shape[1]) * sound.rate_hz // RATE_HZ
    return Curves(values, heard.times_ns(centres))


def estimate(seen: Curves, heard: Curves, *, range_seconds: float) -> Offset | None:
    """Return by how much the sound is late, within ``range_seconds`` to either side, or None if nothing can be told."""
    picture, sound = _aligned(seen, heard)
    most = round(_BEYOND * range_seconds * RATE_HZ)
    if picture.shape[1] < max(_LEAST_SECONDS * RATE_HZ, 2 * most):
        return None
    picture, sound = (flattened(each, narrow=_NARROW, wide=_WIDE) for each in (picture, sound))
    weights = np.sqrt(3.0 / np.maximum(tailedness(picture), 1.0))
    curve = _support(sound, picture, weights, most)
    best = int(curve.argmax())
    if abs(best - most) > range_seconds * RATE_HZ or curve[best] <= 0.0:
        return None
    evidence = _evidence(curve, best, _halves(sound, picture, weights, most))
    confidence = 1.0 / (1.0 + np.exp(-_SLOPE * (evidence - _EVEN)))
    return Offset((best - most + _summit(curve, best)) * 1000.0 / RATE_HZ, evidence, float(confidence))


def _aligned(seen: Curves, heard: Curves) -> tuple[np.ndarray, np.ndarray]:
    """Return both at common times, as long as both last."""
    if not len(seen.times_ns) or not len(heard.times_ns):
        return np.zeros((1, 0)), np.zeros((1, 0))
    start = max(int(seen.times_ns[0]), int(heard.times_ns[0]))
    end = min(int(seen.times_ns[-1]), int(heard.times_ns[-1]), start + LONGEST_SECONDS * NS_PER_SECOND)
    ticks = np.arange(0, max(0, end - start), _TICK_NS)
    return _at(seen, start, ticks), _at(heard, start, ticks)


def _at(curves: Curves, start: int, ticks: np.ndarray) -> np.ndarray:
    times = curves.times_ns - start
    return np.stack([np.interp(ticks, times, values) for values in curves.values])


def _support(sound: np.ndarray, picture: np.ndarray, weights: np.ndarray, most: int) -> np.ndarray:
    """Return how much speaks for each lag, float64[2 * most + 1]."""
    return np.asarray((correlations(sound, picture, most) * weights[None, :, None]).mean(axis=(0, 1)))


def _halves(sound: np.ndarray, picture: np.ndarray, weights: np.ndarray, most: int) -> list[np.ndarray]:
    middle = picture.shape[1] // 2
    return [
        _support(sound[:, part], picture[:, part], weights, most - 1) for part in (slice(middle), slice(middle, None))
    ]


def _evidence(curve: np.ndarray, best: int, halves: list[np.ndarray]) -> float:
    """Return the height of the best lag, plus what it has before all others, plus what the lesser half says of it."""
    others = np.delete(curve, np.s_[max(0, best - _APART) : best + _APART + 1])
    agreed = min(float(half[max(0, best - 1 - _NEAR) : best + _NEAR].max()) for half in halves)
    return float(2 * curve[best] - others.max() + agreed)


def _summit(curve: np.ndarray, best: int) -> float:
    """Return where between its neighbours the best lag lies, -0.5 to 0.5, by a parabola through them."""
    before, at, after = curve[best - 1 : best + 2]
    bend = before - 2 * at + after
    return float(0.5 * (before - after) / bend) if bend < 0 else 0.0
