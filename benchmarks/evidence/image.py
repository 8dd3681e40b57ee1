"""The rows of pictures: damaged files, quality, and copies."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from evidence import image_damage, image_duplicates, image_quality
from evidence.scoring import Scored

_PARTS = (image_damage, image_quality, image_duplicates)


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row for every kind of defect of pictures."""
    yield from chain.from_iterable(part.rows(samples, seed) for part in _PARTS)
