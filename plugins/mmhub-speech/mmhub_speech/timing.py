"""When subtitles belong to a sound: how far they are shifted, and whether they run at another speed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mmhub_audio.voice import FRAME_SECONDS
from mmhub_speech.correlation import FRAME_NS, compared_seconds, fits, shown_share
from mmhub_speech.cue import Cue

_FILM, _NTSC, _PAL = Fraction(24), Fraction(24_000, 1_001), Fraction(25)
RATES = tuple(one / other for one in (_FILM, _NTSC, _PAL) for other in (_FILM, _NTSC, _PAL) if one != other)
"""By what the times of subtitles have to be multiplied that were made for another frame rate."""
_CLEARLY = 1.05
"""How much better another speed has to fit than their own."""
_RIVAL_SECONDS = 1.0
"""From this far on, another moment is another answer."""
_HALF_SECONDS = 2.0
"""How far around the answer of all cues each half of them is asked for its own."""


@dataclass(frozen=True)
class Timing:
    """What brings cues to where they belong: ``time * rate + shift_ns``, and what speaks for it.

    ``correlation`` is that of the cues with speech, ``fit`` the same times the square root of the seconds compared,
    ``rival`` the best fit anywhere else, and ``apart_ns`` how far the answers of the first and the second half of the
    cues lie apart.
    """

    shift_ns: int
    rate: Fraction
    correlation: float
    fit: float
    rival: float
    apart_ns: int

    @property
    def confidence(self) -> float:
        """How much worse any other moment fits, from 0 to 1."""
        return float(np.clip(1.0 - self.rival / self.fit, 0.0, 1.0)) if self.fit > 0.0 else 0.0


def find_timing(
    cues: Sequence[Cue], speech: np.ndarray, *, most_seconds: float, rates: Iterable[Fraction] = RATES
) -> Timing | None:
    """Return what fits best among shifts of at most so many seconds; None where there is nothing to compare.

    ``speech`` says for each 32 ms of the sound how likely somebody speaks. The answer may be wrong: what speaks
    for it has to be looked at.
    """
    shown = [cue for cue in cues if cue.end_ns > cue.start_ns]
    if len(shown) < 2 or not len(speech):
        return None
    plain = _at_rate(shown, speech, Fraction(1), most_seconds)
    others = [_at_rate(shown, speech, rate, most_seconds) for rate in rates]
    return max((plain, *(other for other in others if other.fit > _CLEARLY * plain.fit)), key=lambda each: each.fit)


def _at_rate(cues: Sequence[Cue], speech: np.ndarray, rate: Fraction, most_seconds: float) -> Timing:
    lags = _around(0.0, most_seconds)
    shown, first = shown_share(cues, rate=float(rate))
    values = fits(shown, speech, lags + first)
    best = int(np.argmax(values))
    far = np.abs(lags - lags[best]) * FRAME_SECONDS > _RIVAL_SECONDS
    near = _around(lags[best], _HALF_SECONDS)
    one, other = (_peak_of(part, speech, rate, near) for part in (cues[: len(cues) // 2], cues[len(cues) // 2 :]))
    return Timing(
        shift_ns=round(_peak(lags, values) * FRAME_NS),
        rate=rate,
        correlation=float(values[best] / np.sqrt(compared_seconds(shown, speech, int(lags[best]) + first))),
        fit=float(values[best]),
        rival=float(values[far].max(initial=0.0)),
        apart_ns=round(abs(one - other) * FRAME_NS),
    )


def _around(middle: float, reach_seconds: float) -> np.ndarray:
    reach = round(reach_seconds / FRAME_SECONDS)
    return np.arange(-reach, reach + 1) + round(middle)


def _peak_of(cues: Sequence[Cue], speech: np.ndarray, rate: Fraction, lags: np.ndarray) -> float:
    shown, first = shown_share(cues, rate=float(rate))
    return _peak(lags, fits(shown, speech, lags + first))


def _peak(lags: np.ndarray, values: np.ndarray) -> float:
    """Return where the highest value lies, between the lags by the parabola through it and its neighbours."""
    best = int(np.argmax(values))
    if not 0 < best < len(values) - 1:
        return float(lags[best])
    before, at, after = values[best - 1 : best + 2]
    bend = before - 2.0 * at + after
    return float(lags[best] + (0.5 * (before - after) / bend if bend < 0.0 else 0.0))
