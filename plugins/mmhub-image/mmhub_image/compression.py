"""How hard a picture was compressed by JPEG: as its file says, and as its pixels show."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from PIL import Image

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture

_GRID = 8
_LOW = tuple(row * 8 + column for row in range(4) for column in range(4))
"""The places of the lowest frequencies, whose steps stay below 255 down to a quality of 6."""
_STANDARD_SUM = 259
"""The sum of these in the luma table that Annex K of ITU-T T.81 proposes."""
_LEAST_STEP = 0.05


def compressions(pictures: Sequence[Picture], options: Options) -> Columns:
    """Return the JPEG quality of each file, and the blockiness of its pixels.

    ``quality`` is what libjpeg calls a table as coarse as the file's, 1 to 100, and ``None`` for other formats.
    ``blockiness`` is how much larger steps are at every eighth pixel than at any other place in eight, in the
    direction where that shows more; 1 is none. It survives saving again and cropping, not resizing (in the manner
    of Wang et al. 2000). ``None`` stands for pictures of less than 16 pixels.
    """
    return {
        "quality": [_quality(picture) for picture in pictures],
        "blockiness": [_blockiness(picture.luma) for picture in pictures],
    }


def _quality(picture: Picture) -> float | None:
    tables = _tables(picture)
    if not tables:
        return None
    scale: float = 100 * sum(tables[min(tables)][place] for place in _LOW) / _STANDARD_SUM
    return max(1.0, min(100.0, 5000 / scale if scale > 100 else (200 - scale) / 2))


def _tables(picture: Picture) -> dict[int, Any]:
    """Return the quantisation tables of a JPEG by their number; those of the file where pixels were repaired."""
    if picture.format not in ("JPEG", "MPO"):
        return {}
    if (tables := getattr(picture.image, "quantization", None)) is not None:
        return dict(tables)
    with picture.media.open() as stream, Image.open(stream) as source:
        return dict(getattr(source, "quantization", {}))


def _blockiness(luma: np.ndarray) -> float | None:
    if min(luma.shape) < 2 * _GRID:
        return None
    across = cv2.reduce(cv2.absdiff(luma[:, 1:], luma[:, :-1]), 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    down = cv2.reduce(cv2.absdiff(luma[1:], luma[:-1]), 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    return max(_periodic(across.ravel() / luma.shape[0]), _periodic(down.ravel() / luma.shape[1]))


def _periodic(steps: np.ndarray) -> float:
    """Return the largest mean step of the eight places in eight over the second largest."""
    whole = len(steps) // _GRID * _GRID
    places = np.sort(steps[:whole].reshape(-1, _GRID).mean(axis=0))
    return float(places[-1] / max(places[-2], _LEAST_STEP))


COMPRESSION = Cleaner(
    name="image/jpeg",
    version=1,
    modality="image",
    summary="Measures how hard pictures were compressed by JPEG, and drops those that show their blocks.",
    facts=(
        Fact(name="quality", dtype="float64", summary="JPEG quality by the file's tables, 1 to 100."),
        Fact(name="blockiness", dtype="float64", summary="Steps at the edges of 8 x 8 blocks over those elsewhere."),
    ),
    measure=compressions,
    rules=(
        Rule("quality", reason="compressed", at_least=12),
        Rule("blockiness", reason="blocky", at_most=1.5),
    ),
)
