"""Make a sound heard: samples for every kind of sound."""

import math
from collections.abc import Callable

import numpy as np

from .sounds import PACES_HZ, PITCHES_HZ, Sound

SAMPLE_RATE_HZ = 16_000
RISE_SECONDS = 0.01
PEAK = (0.35, 0.75)
ROOM_SPREAD = 0.002
"""How loud the noise of the room is, which keeps a pause from being silent."""

Floats = np.ndarray
Voice = Callable[[np.random.Generator, Floats, float, float], Floats]


def voice(rng: np.random.Generator, sound: Sound, seconds: float) -> Floats:
    """Return a sound as mono float32 samples between -1 and 1, at 16 kHz."""
    times = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    pitch_hz = float(rng.uniform(*PITCHES_HZ[sound.pitch]))
    pace_hz = float(rng.uniform(*PACES_HZ[sound.pace]))
    samples = VOICES[sound.kind](rng, times, pitch_hz, pace_hz)
    samples *= rng.uniform(*PEAK) / np.abs(samples).max()
    return (faded(samples) + rng.normal(0, ROOM_SPREAD, len(times))).astype(np.float32)


def faded(samples: Floats) -> Floats:
    """Return samples that swell from nothing and end in nothing, so that neither end clicks."""
    ramp = np.linspace(0, 1, round(RISE_SECONDS * SAMPLE_RATE_HZ))
    samples[: len(ramp)] *= ramp
    samples[-len(ramp) :] *= ramp[::-1]
    return samples


def tone(rng: np.random.Generator, times: Floats, pitch_hz: float, pace_hz: float) -> Floats:
    """Return a sine, with a faint overtone."""
    overtone: Floats = float(rng.uniform(0.05, 0.2)) * sung(2 * pitch_hz * times)
    return np.asarray(sung(pitch_hz * times) + overtone)


def buzz(rng: np.random.Generator, times: Floats, pitch_hz: float, pace_hz: float) -> Floats:
    """Return a wave of many strong overtones below 7 kHz."""
    overtones = range(1, max(3, min(24, int(7_000 / pitch_hz))))
    waves = [sung(n * pitch_hz * times + rng.uniform()) / math.sqrt(n) for n in overtones]
    return np.asarray(np.sum(waves, axis=0))


def rising(rng: np.random.Generator, times: Floats, pitch_hz: float, pace_hz: float) -> Floats:
    """Return a sine that climbs about an octave and a half around its pitch."""
    octaves = float(rng.uniform(1.2, 1.8))
    return sung(slid(times, pitch_hz * 2 ** (-octaves / 2), octaves))


def falling(rng: np.random.Generator, times: Floats, pitch_hz: float, pace_hz: float) -> Floats:
    """Return a sine that sinks about an octave and a half around its pitch."""
    octaves = float(rng.uniform(1.2, 1.8))
    return sung(slid(times, pitch_hz * 2 ** (octaves / 2), -octaves))


def beeps(rng: np.random.Generator, times: Floats, pitch_hz: float, pace_hz: float) -> Floats:
    """Return a sine switched on and off."""
    gate = np.clip(12 * np.sin(2 * math.pi * (pace_hz * times + rng.uniform())), 0, 1)
    return np.asarray(sung(pitch_hz * times) * gate)


def clicks(rng: np.random.Generator, times: Floats, pitch_hz: float, pace_hz: float) -> Floats:
    """Return short knocks of noise around a pitch."""
    since = np.mod(times + rng.uniform(0, 1 / pace_hz), 1 / pace_hz)
    return np.asarray(banded(rng, len(times), pitch_hz) * np.exp(-since * 70))


def bell(rng: np.random.Generator, times: Floats, pitch_hz: float, pace_hz: float) -> Floats:
    """Return the inharmonic partials of a bell, dying away."""
    partials = ((1.0, 1.0), (2.0, 0.6), (2.4, 0.4), (3.0, 0.3))
    decay = np.exp(-times * float(rng.uniform(2.0, 3.5)))
    waves = [part * sung(ratio * pitch_hz * times) * decay**ratio for ratio, part in partials]
    return np.asarray(np.sum(waves, axis=0))


def warble(rng: np.random.Generator, times: Floats, pitch_hz: float, pace_hz: float) -> Floats:
    """Return a sine whose pitch swings up and down four times a second."""
    swing_hz = float(rng.uniform(3.5, 4.5))
    return sung(pitch_hz * times + 0.25 * pitch_hz / (2 * math.pi * swing_hz) * sung(swing_hz * times))


def noise(rng: np.random.Generator, times: Floats, pitch_hz: float, pace_hz: float) -> Floats:
    """Return noise around a pitch."""
    return banded(rng, len(times), pitch_hz)


def sung(turns: Floats) -> Floats:
    """Return a sine after so many turns."""
    return np.asarray(np.sin(2 * math.pi * turns))


def slid(times: Floats, start_hz: float, octaves: float) -> Floats:
    """Return the turns of a wave which starts at a pitch and leaves it by so many octaves until the end."""
    rate = octaves * math.log(2) / times[-1]
    return np.asarray(start_hz * np.expm1(rate * times) / rate)


def banded(rng: np.random.Generator, count: int, pitch_hz: float) -> Floats:
    """Return noise that is strong within about half an octave of a pitch."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    octaves = np.log2(np.maximum(np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ), 1.0) / pitch_hz)
    return np.fft.irfft(spectrum * np.exp(-0.5 * (octaves / 0.4) ** 2), count)


VOICES: dict[str, Voice] = {
    "tone": tone,
    "buzz": buzz,
    "rising": rising,
    "falling": falling,
    "beeps": beeps,
    "clicks": clicks,
    "bell": bell,
    "warble": warble,
    "noise": noise,
}
