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


def noises(pictures: Sequence[Picture], options: Options) -> Columns:
    """Return the standard deviation of noise in each picture's luma, by Immerkær's filter (1996).

    It is estimated in each block of 16 x 16 pixels. Noise is everywhere and detail is not, so the smoothest
    quarter of the blocks tells the one from the other. ``None`` stands for pictures smaller than a block.
    """
    return {"noise": [_sigma(picture.luma) for picture in pictures]}


def _sigma(luma: np.ndarray) -> float | None:
    rows, columns = luma.shape[0] // _SIDE, luma.shape[1] // _SIDE
    if not rows or not columns:
        return None
    residue = np.abs(cv2.sepFilter2D(luma, cv2.CV_16S, _MASK, _MASK))
    whole = residue[: rows * _SIDE, : columns * _SIDE]
    blocks = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA).ravel()
    return math.sqrt(math.pi / 2) / 6 * float(np.partition(blocks, len(blocks) // 4)[len(blocks) // 4])


NOISE = Cleaner(
    name="image/noise",
    version=1,
    modality="image",
    summary="Estimates the noise in the smooth parts of a picture, and drops those full of it.",
    facts=(Fact(name="noise", dtype="float64", summary="Standard deviation of noise, in steps of 8-bit luma."),),
    measure=noises,
    rules=(Rule("noise", reason="noisy", at_most=15),),
)
