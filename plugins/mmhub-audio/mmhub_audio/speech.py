"""How much of a sound is speech."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.sound import Sound
from mmhub_audio.voice import FRAME_SECONDS, speech_probability


class SpeechOptions(Options):
    """What counts as speech."""

    likely: float = Field(default=0.5, gt=0.0, lt=1.0)
    """From which probability on 32 ms are speech."""
    pause_seconds: float = Field(default=0.1, ge=0.0)
    """Shorter gaps within speech are speech: closures of plosives, a breath."""
    least_seconds: float = Field(default=0.1, ge=0.0)
    """Shorter stretches of speech are none: a bark, a click."""


def speech(sounds: Sequence[Sound], options: SpeechOptions) -> Columns:
    """Return how much of each sound is speech, by Silero VAD in frames of 32 ms; speech over loud music is missed."""
    found = [speech_frames(sound, options) for sound in sounds]
    return {
        "speech_ratio": [float(frames.mean()) if len(frames) else 0.0 for frames in found],
        "speech_seconds": [float(frames.sum() * FRAME_SECONDS) for frames in found],
    }


def speech_frames(sound: Sound, options: SpeechOptions) -> np.ndarray:
    """Return which frames of 32 ms are speech, bool[ceil(n / 512)] at 16 kHz."""
    likely = speech_probability(sound) >= options.likely
    bridged = ~_without_short(~likely, round(options.pause_seconds / FRAME_SECONDS), ends=True)
    return _without_short(bridged, round(options.least_seconds / FRAME_SECONDS), ends=False)


def _without_short(hit: np.ndarray, least: int, *, ends: bool) -> np.ndarray:
    """Return ``hit`` without runs shorter than ``least``; with ``ends``, those at either end stay."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], hit, [False]))))
    kept = hit.copy()
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start < least and not (ends and (start == 0 or end == len(hit))):
            kept[start:end] = False
    return kept


SPEECH = Cleaner(
    name="audio/speech",
    version=1,
    modality="audio",
    summary="How much of a sound is speech. `no-speech` is off by default.",
    options=SpeechOptions,
    facts=(
        Fact(name="speech_ratio", dtype="float64", summary="Share of 32 ms frames that are speech, 0 to 1."),
        Fact(name="speech_seconds", dtype="float64", summary="How long there is speech, in seconds."),
    ),
    measure=speech,
    rules=(Rule("speech_ratio", reason="no-speech", at_least=0.1, on=False),),
)
