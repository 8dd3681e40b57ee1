"""How much of the voiced speech in a sound more than one voice may be speaking: a hint, no proof."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options
from mmhub_audio.sound import Sound
from mmhub_audio.speech import SpeechOptions, speech_frames
from mmhub_audio.voice import FRAME_SECONDS

_RATE_HZ, _WINDOW = 8000, 512
_SHORTEST, _LONGEST = 20, 160
"""Periods that are looked for, in samples: voices of 400 to 50 Hz."""
_QUIETEST = 1e-6
_LEAST_FRAMES = 8


class OverlapOptions(Options):
    """What counts as one voice."""

    left: float = Field(default=0.35, gt=0.0, lt=1.0)
    """Where one period explains all but this share of a frame's energy, one voice is speaking."""
    second: float = Field(default=0.5, gt=0.0, lt=1.0)
    """Where it does not, another is speaking if a second period explains all but this share of what is left."""


def overlaps(sounds: Sequence[Sound], options: OverlapOptions) -> Columns:
    """Return the share of frames of voiced speech that take a second period to explain, ``None`` without speech.

    A voice is cancelled by taking it away from itself a period later; what is left may hold another (de Cheveigné,
    Separation of concurrent harmonic sounds, 1993).
    """
    return {"overlap_ratio": [_ratio(sound, options) for sound in sounds]}


def _ratio(sound: Sound, options: OverlapOptions) -> float | None:
    frames = _speech(sound)
    if len(frames) < _LEAST_FRAMES:
        return None
    left, lag = _explained(frames)
    places = np.arange(frames.shape[1])[None, :]
    earlier = np.take_along_axis(frames, np.maximum(places - lag[:, None], 0), axis=1)
    again, _ = _explained((frames - earlier)[:, _LONGEST:])
    one, two = left <= options.left, (left > options.left) & (again <= options.second)
    voiced = one.sum() + two.sum()
    return float(two.sum() / voiced) if voiced >= _LEAST_FRAMES else None


def _speech(sound: Sound) -> np.ndarray:
    """Return the stretches of 64 ms within speech, with what lies before each, as float32[n, 672]."""
    samples = sound.at(_RATE_HZ)
    hits = speech_frames(sound, SpeechOptions())
    step = round(FRAME_SECONDS * _RATE_HZ)
    starts = np.flatnonzero(hits[:-1] & hits[1:]) * step - _LONGEST
    starts = starts[(starts >= 0) & (starts + _LONGEST + _WINDOW <= len(samples))]
    frames = samples[starts[:, None] + np.arange(_LONGEST + _WINDOW)] if len(starts) else np.zeros((0, 1))
    return np.asarray(frames[frames.var(axis=1) > _QUIETEST], dtype=np.float32)


def _explained(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which share of each frame's energy the best period leaves, float32[n], and that period in samples."""
    now = frames[:, _LONGEST:]
    least, period = np.full(len(frames), np.inf, np.float32), np.zeros(len(frames), np.int64)
    for lag in range(_SHORTEST, _LONGEST + 1):
        before = frames[:, _LONGEST - lag : -lag]
        left = ((now - before) ** 2).sum(axis=1) / np.maximum((now**2 + before**2).sum(axis=1), _QUIETEST)
        better = left < least
        least[better], period[better] = left[better], lag
    return least, period


OVERLAP = Cleaner(
    name="audio/overlap",
    version=1,
    modality="audio",
    summary="How much of the speech may be two voices at once. A hint: without a trained model it is not known.",
    options=OverlapOptions,
    facts=(Fact(name="overlap_ratio", dtype="float64", summary="Share of voiced frames of two voices; 0 to 1."),),
    measure=overlaps,
)
