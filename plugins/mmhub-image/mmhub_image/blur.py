"""How steep the edges of a picture are."""

from collections.abc import Sequence

import cv2
import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture

_SIDE = 16
_LEAST_BLOCKS = 5


class BlurOptions(Options):
    """What counts as an edge."""

    contrast: int = Field(default=40, ge=1, le=255)
    """Steps of luma between the darkest and the brightest pixel of a block that holds an edge."""


def acutances(pictures: Sequence[Picture], options: BlurOptions) -> Columns:
    """Return the steepness of each picture's sharpest edges: what share of an edge lies between two pixels.

    It is the largest step between neighbours as a share of the contrast, in blocks of 16 x 16 pixels, and of these
    the 90th percentile, so that one sharp thing before a soft background is enough. An edge blurred by a Gaussian of
    sigma s has 0.4 / s, whatever its contrast (compare edge widths, Marziliano et al. 2002). ``None`` stands for
    pictures with fewer than 5 blocks that hold an edge.
    """
    return {"acutance": [_acutance(picture.luma, options.contrast) for picture in pictures]}


def _acutance(luma: np.ndarray, contrast: int) -> float | None:
    if min(luma.shape) < _SIDE:
        return None
    steps = np.zeros_like(luma)
    steps[:, 1:] = cv2.absdiff(luma[:, 1:], luma[:, :-1])
    steps[1:] = cv2.max(steps[1:], cv2.absdiff(luma[1:], luma[:-1]))
    range_ = _largest(luma).astype(np.float64) - (255 - _largest(cv2.bitwise_not(luma)).astype(np.float64))
    edges = range_ >= contrast
    if edges.sum() < _LEAST_BLOCKS:
        return None
    return float(np.quantile(_largest(steps)[edges] / range_[edges], 0.9))


def _largest(values: np.ndarray) -> np.ndarray:
    """Return the largest value of each block of 16 x 16."""
    rows, columns = values.shape[0] // _SIDE, values.shape[1] // _SIDE
    tall = values[: rows * _SIDE].reshape(rows, _SIDE, -1).max(axis=1)
    largest: np.ndarray = tall[:, : columns * _SIDE].reshape(rows, columns, _SIDE).max(axis=2)
    return largest


BLUR = Cleaner(
    name="image/blur",
    version=1,
    modality="image",
    summary="Measures how steep edges are whatever their contrast, and drops pictures without a sharp one.",
    options=BlurOptions,
    facts=(Fact(name="acutance", dtype="float64", summary="Share of an edge between two neighbouring pixels."),),
    measure=acutances,
    rules=(Rule("acutance", reason="soft", at_least=0.33),),
)
