"""How far speech lies above the noise around it."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound
from mmhub_audio.voice import FRAME_SECONDS, speech_probability

_FAINTEST = 1e-10
"""Noise of less power than half a step of 16 bits was cut out by a gate, or never there."""
_HIGHEST_DB = 60.0
_LEAST_EXCESS = 0.05
"""How much more power than in its pauses a sound has to have, as a share of that: at -13 dB nothing can be told."""


class SnrOptions(Options):
    """When there is enough to go by."""

    pause_likely: float = Field(default=0.1, gt=0.0, lt=1.0)
    """Frames below this probability of speech, their neighbours included, are pauses, which tell the noise."""
    least_pause_seconds: float = Field(default=0.25, gt=0.0)
    """With less of a pause there is no answer."""
    least_speech_seconds: float = Field(default=0.3, gt=0.0)
    """With less speech there is no answer."""
    most_change_db: float = Field(default=8.0, gt=0.0)
    """With pauses whose levels deviate by more than this there is no answer: the noise comes and goes."""


def snr(sounds: Sequence[Sound], options: SnrOptions) -> Columns:
    """Return the power of speech over that of the noise, both over the whole sound, in decibels, 60 at most.

    The noise is what is heard in the pauses, as found by Silero VAD. ``None`` stands where there is no speech, no
    pause, nothing in the pauses, noise that comes and goes, or no more power in speech than in pauses.
    """
    return {"snr_db": [_snr(sound, options) for sound in sounds]}


def _snr(sound: Sound, options: SnrOptions) -> float | None:
    likely = speech_probability(sound)
    power = _frame_power(sound)
    frames = min(len(likely), len(power))
    likely, power = likely[:frames], power[:frames]
    pauses = _pauses(likely < options.pause_likely)
    enough = pauses.sum() * FRAME_SECONDS >= options.least_pause_seconds
    if not enough or (likely >= 0.5).sum() * FRAME_SECONDS < options.least_speech_seconds:
        return None
    quiet = float(power[pauses].mean())
    change = float(np.std(10.0 * np.log10(power[pauses] + _FAINTEST)))
    excess = float(power.mean()) - quiet
    if quiet < _FAINTEST or change > options.most_change_db or excess < _LEAST_EXCESS * quiet:
        return None
    return min(_HIGHEST_DB, 10.0 * float(np.log10(excess / quiet)))


def _pauses(low: np.ndarray) -> np.ndarray:
    """Return which frames are low together with both neighbours; the ends have one."""
    wider = np.pad(low, 1, constant_values=True)
    return np.asarray(wider[:-2] & low & wider[2:])


def _frame_power(sound: Sound) -> np.ndarray:
    """Return the power of each 32 ms of the mono sound at its own rate, without its mean, float64[frames]."""
    mono = sound.mono.astype(np.float64) - float(sound.mono.mean(dtype=np.float64))
    starts = np.arange(0, len(mono), FRAME_SECONDS * sound.rate_hz).astype(np.int64)
    lengths = np.diff(np.append(starts, len(mono)))
    return np.asarray(np.add.reduceat(np.square(mono), starts) / lengths)


SNR = Cleaner(
    name="audio/snr",
    version=1,
    modality="audio",
    summary="How far speech lies above the noise in its pauses. `noisy` is off by default.",
    options=SnrOptions,
    facts=(
        Fact(name="snr_db", dtype="float64", summary="Signal-to-noise ratio in dB; absent without speech or pauses."),
    ),
    measure=snr,
    rules=(Rule("snr_db", reason="noisy", at_least=5.0, on=False),),
)
