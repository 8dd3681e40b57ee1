"""Clean speech placed into noise at known moments and levels."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from evidence.scoring import halves
from evidence.sounds import made, noise, real_sounds, with_noise
from mmhub_audio import Sound

RATE_HZ, FRAME = 16_000, 512
_CLEAN_DB, _SPEECH_DB, _FLOOR_DB = 35.0, 35.0, 60.0
_BRIDGED = 6
"""Pauses within speech of up to 0.2 s count as speech."""
_SLOPES = (0.0, 0.5, 1.0)
"""White, pink and brown noise."""


@dataclass(frozen=True)
class Utterance:
    """Speech without silence at its ends, float[n] at 16 kHz, and which frames of 32 ms are speech."""

    samples: np.ndarray
    active: np.ndarray


@dataclass(frozen=True)
class Planted:
    """A mixture, which of its frames of 32 ms are speech, and how far its speech lies above the noise."""

    sound: Sound
    active: np.ndarray
    snr_db: float


def utterances(samples: Path, *, half: int) -> list[Utterance]:
    """Return clean speech: recordings whose loudest tenth of frames lies 35 dB above the softest twentieth."""
    paths = [name for name in real_sounds(samples) if name.startswith("speech/")]
    found = [_utterance(real_sounds(samples)[name].at(RATE_HZ)) for name in halves(paths)[half]]
    return [each for each in found if each is not None]


def _utterance(samples: np.ndarray) -> Utterance | None:
    levels = frame_levels(samples)
    loud, soft = np.quantile(levels, (0.9, 0.05))
    if loud - soft < _CLEAN_DB:
        return None
    active = _bridged(levels > loud - _SPEECH_DB)
    first, last = np.flatnonzero(active)[[0, -1]]
    return Utterance(samples[first * FRAME : (last + 1) * FRAME], active[first : last + 1])


def frame_levels(samples: np.ndarray) -> np.ndarray:
    """Return the level of each whole frame of 32 ms in decibels, float[n // 512]."""
    framed = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return np.asarray(10.0 * np.log10(np.mean(np.square(framed, dtype=np.float64), axis=1) + 1e-10))


def _bridged(active: np.ndarray) -> np.ndarray:
    places = np.flatnonzero(active)
    found = active.copy()
    for one, other in pairwise(places):
        if other - one <= _BRIDGED:
            found[one:other] = True
    return found


def mixture(
    speech: list[Utterance], rng: np.random.Generator, *, snr_db: float = _FLOOR_DB, real: Sequence[Sound] = ()
) -> Planted:
    """Return two utterances with pauses around them in noise, steady or from one of ``real`` sounds."""
    samples, active = _spoken(speech, rng)
    if real:
        added = _stretch(real[int(rng.integers(0, len(real)))].mono, len(samples), rng)
    else:
        added = noise(len(samples), rng, slope=float(rng.choice(_SLOPES)))
    return Planted(made(with_noise(samples, added, snr_db), RATE_HZ), active, snr_db)


def _stretch(samples: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """Return samples from a random moment on, repeated as needed."""
    return np.resize(np.roll(samples, -int(rng.integers(0, len(samples)))), length)


def _spoken(speech: list[Utterance], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    pieces = [_pause(rng)]
    active = [np.zeros(len(pieces[0]) // FRAME, bool)]
    for place in rng.integers(0, len(speech), 2):
        chosen = speech[place]
        level = np.sqrt(np.mean(np.square(chosen.samples)))
        pieces += [chosen.samples * (0.05 / level), after := _pause(rng)]
        active += [chosen.active, np.zeros(len(after) // FRAME, bool)]
    return np.concatenate(pieces), np.concatenate(active)


def _pause(rng: np.random.Generator) -> np.ndarray:
    return np.zeros(int(rng.integers(10, 45)) * FRAME)
