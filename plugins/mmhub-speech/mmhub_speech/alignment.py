"""A transcript against a sound, by whichever model finds words: what is told of it, and when nothing is."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from mmhub import Columns, Fact
from mmhub_speech.hearing import sound_of
from mmhub_speech.transcript import Said, said

RATE_HZ = 16_000


@dataclass(frozen=True)
class Found:
    """When a word is spoken, and how it fits there.

    ``log_ratio`` is the log-likelihood of the word less that of the best there is, summed over its ``frames``.
    """

    start_ns: int
    end_ns: int
    log_ratio: float
    frames: int


Reader = Callable[[Said], Sequence[str]]
"""What a model looks for where a word of the text is spoken; nothing where it cannot read it."""
Finder = Callable[[np.ndarray, Sequence[str]], Sequence[Found] | None]
"""When each of what it looks for is heard in float[n] at 16 kHz; None where they are not, in this order."""


@dataclass(frozen=True)
class Alignment:
    """How it went, the score, and the words where they can be told."""

    outcome: str
    score: float | None = None
    words: list[dict[str, Any]] | None = None


def aligned(text: str, value: Any, *, read: Reader, find: Finder, least_score: float) -> Alignment:
    """Return what is found of a transcript in a decoded sound or video; below ``least_score`` no times are told."""
    sound = sound_of(value)
    tokens = said(text)
    if sound is None or not tokens:
        return Alignment("no-sound" if sound is None else "no-words")
    units = [read(token) for token in tokens]
    if not all(units):
        return Alignment("unread-words")
    found = find(sound.at(RATE_HZ), [unit for each in units for unit in each])
    if found is None:
        return Alignment("no-path")
    score = _score(found)
    if score < least_score:
        return Alignment("unlike", score)
    edges = pairwise(accumulate(map(len, units), initial=0))
    return Alignment(
        "aligned", score, [_span(token, found[slice(*edge)]) for token, edge in zip(tokens, edges, strict=True)]
    )


def columns(found: Sequence[Alignment]) -> Columns:
    """Return the facts of several alignments."""
    return {
        "words": [each.words for each in found],
        "transcript_score": [each.score for each in found],
        "alignment": [each.outcome for each in found],
    }


def _score(found: Sequence[Found]) -> float:
    """Return the mean log-likelihood ratio of a frame of speech, in nats."""
    return sum(each.log_ratio for each in found) / max(1, sum(each.frames for each in found))


def _span(token: Said, found: Sequence[Found]) -> dict[str, Any]:
    """Return when a word of the text is spoken, over all that is heard for it."""
    confidence = math.exp(min(0.0, _score(found)))
    return {"start": found[0].start_ns, "end": found[-1].end_ns, "text": token.text, "confidence": confidence}


FACTS = (
    Fact(name="words", dtype="spans", summary="The words, when each is spoken, and how it fits, 0 to 1."),
    Fact(
        name="transcript_score",
        dtype="float64",
        summary="How well the words fit, at most 0: mean log ratio of a frame to the best there is, in nats.",
    ),
    Fact(
        name="alignment",
        dtype="string",
        summary="`aligned`, or why there are none: `no-path`, `unlike`, `no-words`, `unread-words`, `no-sound`.",
    ),
)
ABSTAINING = ("aligned", "no-words", "unread-words", "no-sound")
"""The outcomes that say nothing against a transcript."""
