"""The rows of videos: damaged files, what is saved of them, and defects of what is shown."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from evidence import video_damage, video_defects, video_salvage
from evidence.scoring import Scored

_PARTS = (video_damage, video_salvage, video_defects)


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row for every kind of defect of videos."""
    yield from chain.from_iterable(part.rows(samples, seed) for part in _PARTS)
