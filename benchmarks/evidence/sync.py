"""The rows of offsets between sound and picture: planted in films drawn for it, and in real clips."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from evidence.rated import Rated, rated
from evidence.sync_clips import of_clips
from evidence.sync_films import CODINGS, SIGHTS, film
from evidence.sync_takes import answer, is_sure, take
from mmhub import Media

_WRONG_MS = 120.0


def rows(samples: Path, seed: int) -> Iterator[Rated]:
    """Yield the rows of films that were drawn, and those of real clips."""
    yield from _of_films(seed)
    yield from of_clips(samples, seed)


def _of_films(seed: int) -> Iterator[Rated]:
    """Yield what is told of films, each coded with an offset, and then moved some more."""
    errors: dict[str, list[float | None]] = {sight: [] for sight in SIGHTS}
    frames: dict[str, list[float]] = {sight: [] for sight in SIGHTS}
    for number, (coding, sight) in enumerate((coding, sight) for coding in CODINGS for sight in SIGHTS):
        rng = np.random.default_rng([seed, number])
        coded_ms = float(rng.uniform(-500, 500))
        made = take(Media(data=film(rng, coding, sight, coded_ms / 1000)), coding.pictures, sight)
        assert made is not None
        for late_ms in (0.0, *rng.uniform(-450, 450, 14)):
            found = answer(made, late_ms)
            errors[sight].append(abs(found.milliseconds - coded_ms - late_ms) if found and is_sure(found) else None)
            frames[sight].append(made.frame_ms)
    sudden, lengths = errors["flash"] + errors["jump"], frames["flash"] + frames["jump"]
    within = [None if error is None else error <= frame for error, frame in zip(sudden, lengths, strict=True)]
    yield rated("av-generated", within, "right: within one frame, of what is elsewhere or lit from one to the next")
    yield _wrong("av-generated/wrong", sudden)
    yield _wrong("av-generated/strike", errors["strike"])


def _wrong(slug: str, errors: Sequence[float | None]) -> Rated:
    told = [error for error in errors if error is not None]
    wrong = [None if error is None else error > _WRONG_MS for error in errors]
    return rated(slug, wrong, f"share off by more than {_WRONG_MS:g} ms; the worst by {max(told, default=0.0):.0f} ms")
