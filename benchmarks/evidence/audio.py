"""The rows of sounds: damaged files, quality, copies, speech, noise and rooms."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from evidence import audio_damage, audio_duplicates, audio_quality, audio_speech
from evidence.scoring import Scored

_PARTS = (audio_damage, audio_quality, audio_duplicates, audio_speech)


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row for every kind of defect of sounds, and for every figure of speech."""
    yield from chain.from_iterable(part.rows(samples, seed) for part in _PARTS)
