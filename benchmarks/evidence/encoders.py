"""Encoders of every class with small random weights, over real values: against each class's own documented call."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evidence import encoder_pictures, encoder_sounds, encoder_texts, encoder_videos, footage
from evidence.encoder_trial import Case, Outcome, tried
from evidence.photographs import photographs
from evidence.rated import Rated
from evidence.sounds import made, real_sounds
from evidence.text_samples import read
from mmhub import Media
from mmhub_audio import Sound
from mmhub_image import decode as picture_in
from mmhub_video import Clip

CASES: tuple[Case, ...] = (
    *encoder_texts.CASES,
    *encoder_pictures.CASES,
    *encoder_sounds.CASES,
    *encoder_videos.CASES,
)
_EACH = 8
"""Values of each modality."""
_MOST_GAP = 1e-4
_SECONDS = (0.4, 1.9)
"""How long sounds are cut: what is longer than a model hears is cut at random by some documented calls."""


def rows(samples: Path, seed: int) -> Iterator[Rated]:
    """Yield a row for each class of models, and one for the least of all.

    ``value`` is the least cosine of a vector with the one of the documented call; the interval is that from the
    least to the greatest.
    """
    values = _values(samples, np.random.default_rng(seed))
    outcomes = []
    for case in CASES:
        outcomes.append(_tried(case, values[case.modality], seed))
        yield _row(f"encoders/{case.name}", outcomes[-1:])
    yield _row("encoders", outcomes)


def _tried(case: Case, values: Sequence[Any], seed: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        return tried(case, Path(folder), values, seed=seed)


def _row(slug: str, outcomes: Sequence[Outcome]) -> Rated:
    cosines = np.concatenate([outcome.cosines for outcome in outcomes])
    alone = all(outcome.alone for outcome in outcomes)
    gap = max(outcome.gap for outcome in outcomes)
    return Rated(
        slug=slug,
        value=float(cosines.min()),
        coverage=1.0,
        n=len(cosines),
        interval=(float(cosines.min()), float(cosines.max())),
        note=f"least cosine; {'equal' if alone else 'NOT equal'} whatever the neighbours and the order; "
        f"batches of 1 and 4 differ by {gap:.0e}{'' if gap <= _MOST_GAP else ', TOO MUCH'}",
    )


def _values(samples: Path, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Return real values of each modality, drawn anew for each seed."""
    pictures = _drawn(photographs(samples), rng)
    sounds = _drawn(list(real_sounds(samples).values()), rng)
    return {
        "text": _drawn(read(samples).captions, rng),
        "image": [picture_in(Media(path=str(path))) for path in pictures],
        "audio": [_excerpt(sound, rng) for sound in sounds],
        "video": [_clip(path, rng) for path in _drawn(footage.files(samples), rng)],
    }


def _drawn(several: Sequence[Any], rng: np.random.Generator) -> list[Any]:
    return [several[n] for n in rng.permutation(len(several))[:_EACH]]


def _excerpt(sound: Sound, rng: np.random.Generator) -> Sound:
    """Return a piece of a sound, at 16 kHz as the models hear it."""
    samples = sound.at(16_000)
    length = min(len(samples), round(rng.uniform(*_SECONDS) * 16_000))
    start = int(rng.integers(0, len(samples) - length + 1))
    return made(samples[start : start + length], 16_000)


def _clip(path: Path, rng: np.random.Generator) -> Clip:
    frames = footage.frames_of(path)
    length = int(rng.integers(8, 32))
    return footage.clip_of(frames[:length])
