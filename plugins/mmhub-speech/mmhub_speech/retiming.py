"""Cues brought to where they belong, and how well each fits there."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from mmhub_audio.sound import NS_PER_SECOND
from mmhub_audio.voice import FRAME_SECONDS
from mmhub_speech.cue import Cue


def retimed(cues: Iterable[Cue], *, shift_ns: int, rate: Fraction = Fraction(1)) -> tuple[Cue, ...]:
    """Return cues at ``time * rate + shift_ns``; those that would end before zero are left out."""
    moved = (Cue(round(cue.start_ns * rate) + shift_ns, round(cue.end_ns * rate) + shift_ns, cue.text) for cue in cues)
    return tuple(Cue(max(0, cue.start_ns), cue.end_ns, cue.text) for cue in moved if cue.end_ns > 0)


def spoken_share(cues: Sequence[Cue], speech: np.ndarray) -> list[float]:
    """Return how likely somebody speaks while each cue is shown, from 0 to 1; 0 for a cue outside the sound.

    ``speech`` says for each 32 ms of the sound how likely somebody speaks.
    """
    spoken = np.concatenate(([0.0], np.cumsum(speech, dtype=np.float64)))
    frames = np.arange(len(spoken))
    edges = np.array([(cue.start_ns, cue.end_ns) for cue in cues], dtype=np.float64).reshape(-1, 2)
    edges /= NS_PER_SECOND * FRAME_SECONDS
    within = np.interp(edges[:, 1], frames, spoken) - np.interp(edges[:, 0], frames, spoken)
    shares: list[float] = np.clip(within / np.maximum(edges[:, 1] - edges[:, 0], 1e-9), 0.0, 1.0).tolist()
    return shares
