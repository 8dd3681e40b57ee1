"""Speech found frame by frame, its distance from noise, and the rooms it was recorded in."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve

from evidence.scoring import Scored, halves
from evidence.sounds import made, noise, real_sounds, resampled, room, with_noise
from evidence.utterances import RATE_HZ, Planted, Utterance, frame_levels, mixture, utterances
from mmhub_audio import Sound
from mmhub_audio.overlap import OverlapOptions, overlaps
from mmhub_audio.reverberation import ReverberationOptions, reverberation
from mmhub_audio.snr import SnrOptions, snr
from mmhub_audio.speech import SpeechOptions, speech_frames

_TRIALS, _RESAMPLES = 200, 500
_VOICES = ("voice_taxi", "audioset", "rir1")
"""Sounds with speech in them, or none that was ever heard."""
_REVERBERANT_SECONDS, _DRY_SECONDS = (0.7, 1.5), (0.05, 0.2)
_DIRECT_DB = (-5.0, 3.0)
_ENDURING_DB = 30.0


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield the rows of speech, snr, reverberation and overlap, on the utterances no default was chosen on."""
    rng = np.random.default_rng(seed)
    spoken = utterances(samples, half=1)
    background = backgrounds(samples, half=1)
    false = [_speech_share(sound) for sound in background]
    lost = float(np.mean(np.concatenate(false)))
    yield _speech("speech", [mixture(spoken, rng) for _ in range(_TRIALS)], lost, len(background), rng)
    enduring = [sound for sound in background if _endures(sound)]
    noisy = [mixture(spoken, rng, snr_db=10.0, real=enduring if n % 2 else ()) for n in range(_TRIALS)]
    yield _speech("speech/noise-10db", noisy, lost, len(background), rng)
    yield from _snr(spoken, enduring, rng)
    yield _reverberation(spoken, rng)
    yield _overlap(spoken, rng)


def backgrounds(samples: Path, *, half: int) -> list[Sound]:
    """Return sounds without speech, at 16 kHz."""
    names = [name for name in real_sounds(samples) if not name.startswith("speech/")]
    chosen = [name for name in halves(names)[half] if not any(voice in name for voice in _VOICES)]
    return [resampled(real_sounds(samples)[name], RATE_HZ) for name in chosen]


def _endures(sound: Sound) -> bool:
    """Return whether a sound is there all the time, so that it can be mixed in as noise."""
    soft, loud = np.quantile(frame_levels(sound.mono), (0.05, 0.9))
    return bool(loud - soft < _ENDURING_DB)


def _speech_share(sound: Sound) -> np.ndarray:
    return speech_frames(sound, SpeechOptions())


def _speech(slug: str, trials: list[Planted], lost: float, n_clean: int, rng: np.random.Generator) -> Scored:
    """Return the F1 over all frames but those at the edges of speech, whose moment is known to 50 ms."""
    counts = np.array([_counts(trial) for trial in trials], dtype=np.float64)
    drawn = [_f1(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(_RESAMPLES)]
    return _figure(
        slug, _f1(counts), drawn, len(trials), "F1 of frames; lost: of frames of sounds without speech", lost, n_clean
    )


def _counts(trial: Planted) -> tuple[int, int, int]:
    """Return how many frames were found rightly, found wrongly, and missed."""
    active = trial.active
    found = speech_frames(trial.sound, SpeechOptions())[: len(active)]
    edge = np.flatnonzero(active[1:] != active[:-1])
    counted = np.ones(len(active), bool)
    counted[edge] = counted[edge + 1] = False
    one, other = found[counted], active[counted]
    return int(np.sum(one & other)), int(np.sum(one & ~other)), int(np.sum(~one & other))


def _f1(counts: np.ndarray) -> float:
    right, wrong, missed = counts.sum(axis=0)
    return float(2 * right / (2 * right + wrong + missed))


def _snr(spoken: list[Utterance], background: list[Sound], rng: np.random.Generator) -> Iterator[Scored]:
    trials = [mixture(spoken, rng, snr_db=float(rng.uniform(0.0, 20.0))) for _ in range(_TRIALS)]
    yield _errors("snr", trials, "steady noise", rng)
    real = [mixture(spoken, rng, snr_db=float(rng.uniform(0.0, 20.0)), real=background) for _ in range(_TRIALS)]
    yield _errors("snr/real-noise", real, "recorded noise, which changes", rng)


def _errors(slug: str, trials: list[Planted], what: str, rng: np.random.Generator) -> Scored:
    answers = snr([trial.sound for trial in trials], SnrOptions())["snr_db"]
    pairs = [(answer, trial) for answer, trial in zip(answers, trials, strict=True) if answer is not None]
    errors = np.abs([answer - trial.snr_db for answer, trial in pairs])
    drawn = [float(np.median(errors[rng.integers(0, len(errors), len(errors))])) for _ in range(_RESAMPLES)]
    note = f"median error in dB, {what}; answered {len(pairs) / len(trials):.1%}"
    return _figure(slug, float(np.median(errors)), drawn, len(trials), note)


def _reverberation(spoken: list[Utterance], rng: np.random.Generator) -> Scored:
    """Return the area under the curve of reverberant against dry rooms, in faint to moderate noise."""
    half = _TRIALS // 2
    wet = [_in_room(spoken, float(rng.uniform(*_REVERBERANT_SECONDS)), rng) for _ in range(half)]
    dry = [_in_room(spoken, float(rng.uniform(*_DRY_SECONDS)), rng) for _ in range(half)]
    answers = reverberation([*wet, *dry], ReverberationOptions())["rt60_seconds"]
    long = np.array([answer for answer in answers[:half] if answer is not None])
    short = np.array([answer for answer in answers[half:] if answer is not None])
    drawn = [_area(rng.choice(long, len(long)), rng.choice(short, len(short))) for _ in range(_RESAMPLES)]
    note = f"area under the curve, synthetic rooms; answered {(len(long) + len(short)) / _TRIALS:.1%}"
    return _figure("reverberation", _area(long, short), drawn, _TRIALS, note)


def _in_room(spoken: list[Utterance], rt60_seconds: float, rng: np.random.Generator) -> Sound:
    dry = mixture(spoken, rng).sound.mono
    heard = fftconvolve(dry, room(RATE_HZ, rt60_seconds, float(rng.uniform(*_DIRECT_DB)), rng))[: len(dry)]
    return made(with_noise(heard, noise(len(heard), rng), float(rng.uniform(20.0, 50.0))), RATE_HZ)


def _overlap(spoken: list[Utterance], rng: np.random.Generator) -> Scored:
    """Return the area under the curve of two voices at once, equally loud, against one."""
    half = _TRIALS // 2
    one = [mixture(spoken, rng).sound for _ in range(half)]
    two = [_together(mixture(spoken, rng).sound.mono, mixture(spoken, rng).sound.mono) for _ in range(half)]
    answers = overlaps([*two, *one], OverlapOptions())["overlap_ratio"]
    more = np.array([answer for answer in answers[:half] if answer is not None])
    less = np.array([answer for answer in answers[half:] if answer is not None])
    drawn = [_area(rng.choice(more, len(more)), rng.choice(less, len(less))) for _ in range(_RESAMPLES)]
    note = f"area under the curve, a hint only; answered {(len(more) + len(less)) / _TRIALS:.1%}"
    return _figure("overlap", _area(more, less), drawn, _TRIALS, note)


def _together(one: np.ndarray, other: np.ndarray) -> Sound:
    length = min(len(one), len(other))
    return made(one[:length] + other[:length] * (one.std() / max(other.std(), 1e-9)), RATE_HZ)


def _area(long: np.ndarray, short: np.ndarray) -> float:
    higher, equal = long[:, None] > short[None], long[:, None] == short[None]
    return float(np.mean(higher) + np.mean(equal) / 2)


def _figure(
    slug: str, figure: float, drawn: list[float], n: int, note: str, lost: float | None = None, n_clean: int = 0
) -> Scored:
    """Return a row of a figure that is no share, with the interval of its bootstrap."""
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Scored(slug, figure, lost, n, n_clean, (float(low), float(high)), note)
