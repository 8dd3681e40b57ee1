"""How far apart the tones of a picture are."""

from collections.abc import Sequence

import cv2
import numpy as np

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture


def spreads(pictures: Sequence[Picture], options: Options) -> Columns:
    """Return the distance between the first and the last percentile of each picture's luma, and its Michelson contrast.

    The latter is that distance over the sum of both percentiles, which does not change with exposure.
    """
    ends = [_percentiles(picture.luma) for picture in pictures]
    return {
        "spread": [high - low for low, high in ends],
        "michelson": [(high - low) / max(high + low, 1) for low, high in ends],
    }


def _percentiles(luma: np.ndarray) -> tuple[int, int]:
    """Return the first and the last percentile of 8-bit luma."""
    counts: np.ndarray = cv2.calcHist([luma], [0], None, [256], [0, 256])
    reached = counts.ravel().cumsum(dtype=np.float64) / luma.size
    return int((reached >= 0.01 - 1e-9).argmax()), int((reached >= 0.99 - 1e-9).argmax())


CONTRAST = Cleaner(
    name="image/contrast",
    version=1,
    modality="image",
    summary="Measures how far apart dark and bright tones are, and drops pictures that are all of one tone.",
    facts=(
        Fact(name="spread", dtype="int64", summary="Last less first percentile of 8-bit luma."),
        Fact(name="michelson", dtype="float64", summary="Their difference over their sum, 0 to 1."),
    ),
    measure=spreads,
    rules=(Rule("spread", reason="flat", at_least=30),),
)
