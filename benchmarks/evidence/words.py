"""How well words are found in recordings, and whether a wrong transcript is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evidence.rated import Rated
from evidence.scoring import wilson
from evidence.sounds import made
from evidence.transcribed import RATE_HZ, Recording, altered, stretch, timed, transcribed
from mmhub import Rule
from mmhub_speech.words import WORDS, WordOptions, words

_TRIALS, _RESAMPLES = 200, 500
_FAR_SECONDS = 0.5
"""A boundary this far off is of another word."""
_FAILED_SECONDS = 0.25
"""Where half of the boundaries are this far off, an answer has failed without a word."""
_DROPPING = tuple(rule for rule in WORDS.rules if isinstance(rule, Rule))


@dataclass(frozen=True)
class Answer:
    """What the aligner said of a trial: whether its rules keep the row, the errors of all boundaries, the score."""

    kept: bool
    errors: np.ndarray | None
    score: float | None


def rows(samples: Path, seed: int) -> Iterator[Rated]:
    """Yield the rows of words and transcripts."""
    rng = np.random.default_rng(seed)
    yield _words(samples, rng)
    yield from _transcripts(transcribed(samples, half=1), rng)


def _words(samples: Path, rng: np.random.Generator) -> Rated:
    """Return the median error of all boundaries, of stretches of recordings cut anew and altered."""
    known = timed(samples)
    answers = [_asked(stretch(known[n % len(known)], rng), None, rng) for n in range(_TRIALS)]
    given = [answer.errors for answer in answers if answer.kept and answer.errors is not None]
    errors = np.concatenate(given)
    picked = (rng.integers(0, len(given), len(given)) for _ in range(_RESAMPLES))
    drawn = [np.median(np.concatenate([given[n] for n in places])) for places in picked]
    low, high = np.quantile(drawn, (0.025, 0.975)) * 1_000
    silent = sum(bool(np.median(each) > _FAILED_SECONDS) for each in given)
    note = (
        f"median error in ms of {len(errors)} boundaries; 90 % within {np.quantile(errors, 0.9) * 1_000:.0f} ms, "
        f"{np.mean(errors <= 0.1):.1%} within 100, {np.sum(errors > _FAR_SECONDS)} off by more than 500; "
        f"{silent} silent failures"
    )
    return Rated(
        "words",
        float(np.median(errors) * 1_000),
        len(given) / len(answers),
        len(answers),
        (float(low), float(high)),
        note,
    )


def _transcripts(recordings: list[Recording], rng: np.random.Generator) -> Iterator[Rated]:
    right = [_asked(_one(recordings, rng), None, rng).kept for _ in range(_TRIALS)]
    for slug, wrong in (("transcripts", _of_another), ("transcripts/last-third", _with_other_end)):
        ones = [_one(recordings, rng) for _ in range(_TRIALS)]
        caught = sum(not _asked(one, wrong(one, recordings, rng), rng).kept for one in ones)
        note = f"wrong ones rejected; of the right ones {np.mean(right):.1%} kept, of {_TRIALS}"
        yield Rated(slug, caught / _TRIALS, None, _TRIALS, wilson(caught, _TRIALS), note)


def _one(recordings: list[Recording], rng: np.random.Generator) -> Recording:
    return recordings[int(rng.integers(0, len(recordings)))]


def _of_another(one: Recording, recordings: list[Recording], rng: np.random.Generator) -> str:
    return _one([each for each in recordings if each.source != one.source], rng).text


def _with_other_end(one: Recording, recordings: list[Recording], rng: np.random.Generator) -> str:
    """Return a transcript whose last third is of another."""
    known, other = one.text.split(), _of_another(one, recordings, rng).split()
    count = max(1, len(known) // 3)
    return " ".join([*known[:-count], *np.resize(np.array(other), count).tolist()])


def _asked(recording: Recording, text: str | None, rng: np.random.Generator) -> Answer:
    """Return the answer for an altered recording, with its own transcript or another."""
    heard, before = altered(recording.samples, rng)
    found = words([text or recording.text], [made(heard, RATE_HZ)], WordOptions())
    spans, score = found["words"][0], found["transcript_score"][0]
    errors = None
    if spans is not None and recording.words and text is None:
        told = np.array([(span["start"], span["end"]) for span in spans]) / 1e9 - before
        errors = np.abs(told - np.array([(word.start, word.end) for word in recording.words])).ravel()
    return Answer(_kept(score, found["alignment"][0]), errors, score)


def _kept(score: float | None, outcome: str) -> bool:
    facts = {"transcript_score": score, "alignment": outcome}
    return all(_passes(rule, facts[rule.fact]) for rule in _DROPPING)


def _passes(rule: Rule, value: float | str | None) -> bool:
    """Return whether a fact lets a row pass; one that is absent does."""
    if value is None:
        return True
    return value in rule.one_of if rule.one_of is not None else float(value) >= (rule.at_least or 0.0)
