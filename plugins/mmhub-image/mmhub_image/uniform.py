"""How much of a picture has anything in it."""

from collections.abc import Sequence

import cv2
import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture

_SMALLER = 4
_BLOCK = 4


class UniformOptions(Options):
    """What counts as something."""

    deviation: float = Field(default=3.0, gt=0)
    """Standard deviation of luma in a block that is not empty, in steps of 8-bit luma, after fine noise is averaged."""


def fillings(pictures: Sequence[Picture], options: UniformOptions) -> Columns:
    """Return the share of each picture's blocks of 16 x 16 pixels that are not of one tone.

    It is measured at a quarter of the size, where noise hardly counts. ``None`` stands for pictures of less than 16
    pixels.
    """
    return {"filled": [_filled(picture.luma, options.deviation) for picture in pictures]}


def _filled(luma: np.ndarray, deviation: float) -> float | None:
    rows, columns = (side // (_SMALLER * _BLOCK) for side in luma.shape)
    if not rows or not columns:
        return None
    whole = luma[: rows * _SMALLER * _BLOCK, : columns * _SMALLER * _BLOCK]
    small = cv2.resize(whole, (columns * _BLOCK, rows * _BLOCK), interpolation=cv2.INTER_AREA).astype(np.float32)
    blocks = small.reshape(rows, _BLOCK, columns, _BLOCK)
    return float((blocks.std(axis=(1, 3)) > deviation).mean())


UNIFORM = Cleaner(
    name="image/uniform",
    version=1,
    modality="image",
    summary="Measures how much of a picture has anything in it, and drops those that are all but empty.",
    options=UniformOptions,
    facts=(Fact(name="filled", dtype="float64", summary="Share of blocks of 16 x 16 pixels with more than one tone."),),
    measure=fillings,
    rules=(Rule("filled", reason="empty", at_least=0.01),),
)
