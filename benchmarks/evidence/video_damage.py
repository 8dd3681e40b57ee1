"""Damaged video files: those made by others, and those cut off anywhere but in their last hundredth."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from evidence.footage import KINDS, coded, files, frames_of
from evidence.scoring import Scored, scored
from mmhub import Media, Undecodable
from mmhub_video import decode

_DAMAGED = ("corrupted.mp4",)
"""The files of the hostile folder that are damaged; the others are odd, and whole."""
_CUTS, _CUTS_OF_REAL = 4, 8
_SOURCES, _FRAMES = 7, 40


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row of all, and one per kind of file."""
    rng = np.random.default_rng(seed)
    hostile = sorted((samples / "hostile/video").iterdir())
    caught = {"hostile": [_refused(path.read_bytes()) for path in hostile if path.name in _DAMAGED]}
    lost = {"hostile": [_refused(path.read_bytes()) for path in hostile if path.name not in _DAMAGED]}
    real = [path.read_bytes() for path in files(samples)]
    caught["real"], lost["real"] = _cut(real, _CUTS_OF_REAL, rng)
    sources = [frames_of(path)[:_FRAMES] for path in files(samples)[::2][:_SOURCES]]
    for name, kind in KINDS.items():
        caught[name], lost[name] = _cut([coded(each, kind) for each in sources], _CUTS, rng)
    yield scored("damaged/video", _joined(caught), _joined(lost), "hostile files, and cuts")
    for name in caught:
        yield scored(f"damaged/video/{name}", caught[name], lost[name])


def _joined(found: dict[str, list[bool]]) -> list[bool]:
    return [each for some in found.values() for each in some]


def _cut(whole: list[bytes], cuts: int, rng: np.random.Generator) -> tuple[list[bool], list[bool]]:
    """Return whether each cut file was refused, and whether each whole one was."""
    caught = [_refused(file[: int(share * len(file))]) for file in whole for share in rng.uniform(0.0, 0.99, cuts)]
    return caught, [_refused(file) for file in whole]


def _refused(data: bytes) -> bool:
    try:
        decode(Media(data=data))
    except Undecodable:
        return True
    return False
