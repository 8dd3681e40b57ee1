"""How noisy a picture is."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture

_MASK = np.array([1, -2, 1], dtype=np.float32)
"""Applied in both directions it is the difference of two Laplacians, blind to edges and slopes."""
_SIDE = 16
_BLACK, _WHITE = 16, 239
_PROBES = ((5, 11), (11, 4))
_SHARE = 0.02
_LEAST_BLOCKS = 8
_BIAS = 0.82
"""What the lowest fiftieth of the blocks shows of noise that is the same in all of them."""


def noises(pictures: Sequence[Picture], options: Options) -> Columns:
    """Return the standard deviation of noise in each picture's luma, by Immerkær's filter (1996).

    It is estimated in each block of 16 x 16 pixels. Noise is everywhere and detail is not, so the smoothest
    fiftieth of the blocks tells the one from the other. Blocks that are all but black or white do not count, as
    noise is clipped there. ``None`` stands for pictures smaller than a block.
    """
    return {"noise": [_sigma(picture.luma) for picture in pictures]}


def _sigma(luma: np.ndarray) -> float | None:
    rows, columns = luma.shape[0] // _SIDE, luma.shape[1] // _SIDE
    if not rows or not columns:
        return None
    residue = np.abs(cv2.sepFilter2D(luma, cv2.CV_16S, _MASK, _MASK))
    whole = residue[: rows * _SIDE, : columns * _SIDE]
    blocks = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA).ravel()
    levels = _levels(luma, rows, columns)
    open_ended = blocks[(levels > _BLACK) & (levels < _WHITE)]
    if len(open_ended) >= _LEAST_BLOCKS:
        blocks = open_ended
    place = int(len(blocks) * _SHARE)
    return math.sqrt(math.pi / 2) / 6 / _BIAS * float(np.partition(blocks, place)[place])


def _levels(luma: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Return the mean of two pixels of each block: that of all would take as long as the rest."""
    total = np.zeros((rows, columns), dtype=np.uint16)
    for top, left in _PROBES:
        total += luma[top : rows * _SIDE : _SIDE, left : columns * _SIDE : _SIDE]
    return (total // len(_PROBES)).ravel()


NOISE = Cleaner(
    name="image/noise",
    version=2,
    modality="image",
    summary="Estimates the noise in the smooth parts of a picture, and drops those full of it.",
    facts=(Fact(name="noise", dtype="float64", summary="Standard deviation of noise, in steps of 8-bit luma."),),
    measure=noises,
    rules=(Rule("noise", reason="noisy", at_most=10.2),),
)
