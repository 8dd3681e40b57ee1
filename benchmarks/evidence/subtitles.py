"""How well the shift and the drift of subtitles are found, and whether rolling captions are told once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from evidence.captions import ROLLING, sentences
from evidence.dialogues import Dialogue, dialogues, stretch, written
from evidence.rated import Rated, rated
from mmhub_speech import Cue, unrolled
from mmhub_speech.synchrony import TimingOptions, sure_timing
from mmhub_speech.timing import RATES

_TRIALS, _IMPOSTORS, _DIALOGUES, _RESAMPLES = 200, 100, 10, 500
_MOST_SECONDS = 30.0
_WRONG_SECONDS = 0.5
"""An answer which leaves the first or the last cue this far off is wrong."""
_DRIFTS = tuple(rate for rate in RATES if abs(rate - 1) > Fraction(1, 100))


@dataclass(frozen=True)
class Answer:
    """How far off the middle cue is after the answer, and the worse of the first and the last; in seconds."""

    middle: float
    worst: float


def rows(samples: Path, seed: int) -> Iterator[Rated]:
    """Yield the rows of subtitles and rolling, on the recordings no threshold was chosen on."""
    rng = np.random.default_rng(seed)
    held = dialogues(samples, _DIALOGUES, rng, half=1)
    foreign = sum(_impostor(held, rng) for _ in range(_IMPOSTORS))
    shifted = [_trial(stretch(_any(held, rng), 30.0, rng, spoken=True), Fraction(1), rng) for _ in range(_TRIALS)]
    yield _row("subtitles", shifted, rng, f"; {foreign} of {_IMPOSTORS} subtitles of another sound answered")
    drifting = [_trial(stretch(_any(held, rng), 180.0, rng, spoken=False), _drift(rng), rng) for _ in range(_TRIALS)]
    yield _row("subtitles/drift", drifting, rng, "")
    yield _short(held, rng)
    yield _rolling(samples, rng)


def _any(held: Sequence[Dialogue], rng: np.random.Generator) -> Dialogue:
    return held[int(rng.integers(0, len(held)))]


def _drift(rng: np.random.Generator) -> Fraction:
    return _DRIFTS[int(rng.integers(0, len(_DRIFTS)))]


def _trial(piece: Dialogue, rate: Fraction, rng: np.random.Generator) -> Answer | None:
    """Return what is left after the answer for subtitles of another speed and shift; None where there is none."""
    right = written(piece.active, rng)
    shift = round(rng.uniform(-_MOST_SECONDS, _MOST_SECONDS) * 1e9)
    wrong = [Cue(round((c.start_ns - shift) / rate), round((c.end_ns - shift) / rate), c.text) for c in right]
    found = sure_timing(wrong, piece.heard, TimingOptions())
    if found is None:
        return None
    left = [
        abs(w.start_ns * float(found.rate) + found.shift_ns - r.start_ns) / 1e9
        for w, r in zip(wrong, right, strict=True)
    ]
    return Answer(left[len(left) // 2], max(left[0], left[-1]))


def _impostor(held: Sequence[Dialogue], rng: np.random.Generator) -> bool:
    """Return whether subtitles of one sound are answered for on another."""
    one, other = rng.choice(len(held), 2, replace=False)
    cues = written(stretch(held[one], 60.0, rng, spoken=False).active, rng)
    return sure_timing(cues, stretch(held[other], 60.0, rng, spoken=False).heard, TimingOptions()) is not None


def _row(slug: str, answers: Sequence[Answer | None], rng: np.random.Generator, more: str) -> Rated:
    given = [answer for answer in answers if answer is not None]
    left = np.array([answer.middle for answer in given]) * 1_000
    drawn = [float(np.median(rng.choice(left, len(left)))) for _ in range(_RESAMPLES)]
    wrong = sum(answer.worst > _WRONG_SECONDS for answer in given)
    note = f"median error in ms, 90 % within {np.quantile(left, 0.9):.0f}; {wrong} wrong with confidence{more}"
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Rated(slug, float(np.median(left)), len(given) / len(answers), len(answers), (float(low), float(high)), note)


def _short(held: Sequence[Dialogue], rng: np.random.Generator) -> Rated:
    """Return the row of pieces that are too short: shifted for ten seconds, drifting for one to two minutes."""
    short = [_trial(stretch(_any(held, rng), 10.0, rng, spoken=True), Fraction(1), rng) for _ in range(_TRIALS // 2)]
    lengths = rng.uniform(30.0, 120.0, _TRIALS // 2)
    answers = [
        *short,
        *(_trial(stretch(_any(held, rng), float(length), rng, spoken=False), _drift(rng), rng) for length in lengths),
    ]
    right = [None if answer is None else answer.worst <= _WRONG_SECONDS for answer in answers]
    note = f"10 s of speech, and drift in less than two minutes; {right.count(False)} wrong with confidence"
    return rated("subtitles/short", right, note)


def _rolling(samples: Path, rng: np.random.Generator) -> Rated:
    """Return the share of texts that come out word for word, in cues that follow one another."""
    texts = sentences(samples)
    kept = []
    for trial in range(_TRIALS):
        lines = [texts[place] for place in rng.integers(0, len(texts), int(rng.integers(3, 25)))]
        shown = list(ROLLING.values())[trial % len(ROLLING)](lines, rng)
        told = unrolled(shown)
        apart = all(one.end_ns <= other.start_ns for one, other in pairwise(told))
        kept.append(apart and " ".join(cue.text for cue in told).split() == " ".join(lines).split())
    return rated("rolling", kept, f"texts kept word for word without overlap, rolled in {len(ROLLING)} ways")
