"""Subtitles against speech: how far they are off, how each cue fits, and their times made right."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import Field

from mmhub import Aligner, Columns, Fact, Mended, Options, Rule
from mmhub_audio.sound import NS_PER_SECOND
from mmhub_audio.voice import speech_probability
from mmhub_speech.cue import Cue
from mmhub_speech.hearing import sound_of
from mmhub_speech.retiming import retimed, spoken_share
from mmhub_speech.subtitles import Subtitles
from mmhub_speech.timing import Timing, find_timing

_MODALITIES = (("subtitles", "audio"), ("subtitles", "video"))


class TimingOptions(Options):
    """Which answers are sure enough to be given."""

    most_shift_seconds: float = Field(default=30.0, gt=0.0)
    """How far subtitles may be shifted to be found."""
    least_fit: float = Field(default=3.4, ge=0.0)
    """How well cues have to fit speech: their correlation times the square root of the seconds compared."""
    least_correlation: float = Field(default=0.5, ge=0.0, le=1.0)
    """How well cues have to correlate with speech, however long they are."""
    least_confidence: float = Field(default=0.25, ge=0.0, le=1.0)
    """How much worse any other moment has to fit."""
    most_apart_seconds: float = Field(default=0.35, ge=0.0)
    """How far the answers of the first and the second half of the cues may lie apart."""
    least_seconds: float = Field(default=20.0, ge=0.0)
    """Cues that are shown for less time, all together, are not answered for."""
    least_drift_seconds: float = Field(default=150.0, ge=0.0)
    """Cues over less time are not answered for where another speed fits better than their own."""


class RetimingOptions(TimingOptions):
    """Which answers are acted upon."""

    least_shift_seconds: float = Field(default=0.1, ge=0.0)
    """Subtitles that are less far off stay as they are."""


def sure_timing(cues: Sequence[Cue], speech: np.ndarray, options: TimingOptions) -> Timing | None:
    """Return what brings cues to speech, None where that cannot be told for sure.

    ``speech`` says for each 32 ms how likely somebody speaks.
    """
    if sum(cue.end_ns - cue.start_ns for cue in cues) < options.least_seconds * NS_PER_SECOND:
        return None
    found = find_timing(cues, speech, most_seconds=options.most_shift_seconds)
    return found if found is not None and _is_sure(found, cues, options) else None


def _timing_of(subtitles: Subtitles, value: Any, options: TimingOptions) -> Timing | None:
    sound = sound_of(value)
    return sure_timing(subtitles.cues, speech_probability(sound), options) if sound is not None else None


def _is_sure(timing: Timing, cues: Sequence[Cue], options: TimingOptions) -> bool:
    return (
        timing.fit >= options.least_fit
        and timing.correlation >= options.least_correlation
        and timing.confidence >= options.least_confidence
        and timing.apart_ns <= options.most_apart_seconds * NS_PER_SECOND
        and (timing.rate == 1 or _reaches(cues, options.least_drift_seconds))
    )


def _reaches(cues: Sequence[Cue], seconds: float) -> bool:
    return max(cue.end_ns for cue in cues) - min(cue.start_ns for cue in cues) >= seconds * NS_PER_SECOND


def timing(lefts: Sequence[Subtitles], rights: Sequence[Any], options: TimingOptions) -> Columns:
    """Return by how much subtitles are off from speech, absent where that is not sure, and how each cue fits."""
    found = [_timing_of(left, right, options) for left, right in zip(lefts, rights, strict=True)]
    return {
        "shift_seconds": [each and each.shift_ns / NS_PER_SECOND for each in found],
        "speed": [each and float(each.rate) for each in found],
        "timing_confidence": [each and each.confidence for each in found],
        **fitting(lefts, rights, options),
    }


def fitting(lefts: Sequence[Subtitles], rights: Sequence[Any], options: TimingOptions) -> Columns:
    """Return how likely somebody speaks while cues are shown: each of them, and all together."""
    found = [_spans(left.cues, right) for left, right in zip(lefts, rights, strict=True)]
    return {"cues": found, "spoken_share": [spans and _mean(spans) for spans in found]}


def _spans(cues: Sequence[Cue], value: Any) -> list[dict[str, Any]] | None:
    sound = sound_of(value)
    if sound is None:
        return None
    shares = spoken_share(cues, speech_probability(sound))
    return [
        {"start": cue.start_ns, "end": cue.end_ns, "text": cue.text, "confidence": share}
        for cue, share in zip(cues, shares, strict=True)
    ]


def _mean(spans: Sequence[dict[str, Any]]) -> float:
    lengths = [span["end"] - span["start"] for span in spans]
    weighed = sum(length * span["confidence"] for length, span in zip(lengths, spans, strict=True))
    return float(weighed / max(1, sum(lengths)))


def retime(lefts: Sequence[Subtitles], rights: Sequence[Any], options: RetimingOptions) -> list[Mended]:
    """Return subtitles at the times of their speech, ``None`` where they are there already or it is not sure."""
    return [_retimed(left, right, options) for left, right in zip(lefts, rights, strict=True)]


def _retimed(subtitles: Subtitles, value: Any, options: RetimingOptions) -> Mended:
    found = _timing_of(subtitles, value, options)
    if found is None:
        return Mended(None, {})
    still = found.rate == 1 and abs(found.shift_ns) < options.least_shift_seconds * NS_PER_SECOND
    if still:
        return Mended(None, {"shifted_seconds": 0.0, "sped": 1.0, "retiming_confidence": found.confidence})
    cues = retimed(subtitles.cues, shift_ns=found.shift_ns, rate=found.rate)
    facts = {
        "shifted_seconds": found.shift_ns / NS_PER_SECOND,
        "sped": float(found.rate),
        "retiming_confidence": found.confidence,
    }
    return Mended(replace(subtitles, cues=cues), facts)


_FITTING = (
    Fact(name="cues", dtype="spans", summary="The cues, and how likely somebody speaks during each, 0 to 1."),
    Fact(name="spoken_share", dtype="float64", summary="How likely somebody speaks while a cue is shown, 0 to 1."),
)
_CONFIDENCE = "How much worse any other moment fits, 0 to 1; absent where it is not sure."

TIMING = Aligner(
    name="subtitles/timing",
    version=2,
    modalities=_MODALITIES,
    summary="How far subtitles are off from when somebody speaks, and whether they run at another speed.",
    options=TimingOptions,
    facts=(
        Fact(name="shift_seconds", dtype="float64", summary="What their times lack, in s; absent where not sure."),
        Fact(name="speed", dtype="float64", summary="What their times have to be multiplied by before, such as 24/25."),
        Fact(name="timing_confidence", dtype="float64", summary=_CONFIDENCE),
        *_FITTING,
    ),
    measure=timing,
    rules=(
        Rule("shift_seconds", reason="shifted-subtitles", at_least=-1.0, at_most=1.0),
        Rule("speed", reason="drifting-subtitles", at_least=0.9995, at_most=1.0005),
    ),
)

RETIME = Aligner(
    name="subtitles/retime",
    version=2,
    modalities=_MODALITIES,
    summary="Brings subtitles to when somebody speaks, where that can be told for sure.",
    options=RetimingOptions,
    facts=_FITTING,
    measure=fitting,
    repair=retime,
    repair_facts=(
        Fact(name="shifted_seconds", dtype="float64", summary="What was added to their times, in s."),
        Fact(name="sped", dtype="float64", summary="What their times were multiplied by before."),
        Fact(name="retiming_confidence", dtype="float64", summary=_CONFIDENCE),
    ),
)
