"""How light is spread over a picture."""

from collections.abc import Sequence

import cv2
import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.highlights import blown
from mmhub_image.picture import Picture

_LARGE = 64
_LEVELS = np.arange(256, dtype=np.float64)


class ExposureOptions(Options):
    """What counts as black and white."""

    black: int = Field(default=8, ge=0, le=255)
    """Luma up to this is clipped dark."""
    white: int = Field(default=247, ge=0, le=255)
    """Luma from this on is clipped bright."""


def exposures(pictures: Sequence[Picture], options: ExposureOptions) -> Columns:
    """Return mean and standard deviation of luma, its first and last percentile, and the shares clipped at either end.

    The percentiles tell a bad exposure from a dark or bright scene: at night there are lights, and what stands
    before a white wall has shadows. ``blown`` tells light that no longer fits into the picture from white things
    in it, and is ``None`` for drawings.
    """
    shares = np.stack([_shares(picture.luma) for picture in pictures])
    # Sums row by row: a product of matrices differs in its last bits with the number of pictures.
    mean = (shares * _LEVELS).sum(axis=1)
    return {
        "mean_luma": mean,
        "contrast": np.sqrt(np.maximum((shares * _LEVELS**2).sum(axis=1) - mean**2, 0)),
        "shadows": _quantile(shares, 0.01),
        "highlights": _quantile(shares, 0.99),
        "dark": shares[:, : options.black + 1].sum(axis=1),
        "bright": shares[:, options.white :].sum(axis=1),
        "blown": [blown(picture, own) for picture, own in zip(pictures, shares, strict=True)],
    }


def _shares(luma: np.ndarray) -> np.ndarray:
    """Return the share of pixels at each of 256 levels, as float64[256]; of a large picture in every third row."""
    rows = luma[::3] if luma.shape[0] >= _LARGE else luma
    counts: np.ndarray = cv2.calcHist([rows], [0], None, [256], [0, 256])
    return counts.ravel().astype(np.float64) / rows.size


def _quantile(shares: np.ndarray, share: float) -> np.ndarray:
    """Return, as int64[n], the first level at which so large a share of each picture's pixels is reached."""
    levels: np.ndarray = (shares.cumsum(axis=1) >= share - 1e-9).argmax(axis=1)
    return levels


EXPOSURE = Cleaner(
    name="image/exposure",
    version=3,
    modality="image",
    summary="Measures brightness and contrast, and drops pictures that are all but black, white or grey.",
    options=ExposureOptions,
    facts=(
        Fact(name="mean_luma", dtype="float64", summary="Mean of 8-bit luma."),
        Fact(name="contrast", dtype="float64", summary="Standard deviation of 8-bit luma."),
        Fact(name="shadows", dtype="int64", summary="First percentile of 8-bit luma."),
        Fact(name="highlights", dtype="int64", summary="Last percentile of 8-bit luma."),
        Fact(name="dark", dtype="float64", summary="Share of pixels that are black or nearly so."),
        Fact(name="bright", dtype="float64", summary="Share of pixels that are white or nearly so."),
        Fact(name="blown", dtype="float64", summary="How surely highlights are lost, 0 to 1; empty for drawings."),
    ),
    measure=exposures,
    rules=(
        Rule("highlights", reason="under-exposed", at_least=50),
        Rule("shadows", reason="over-exposed", at_most=140),
        Rule("bright", reason="burnt-out", at_most=0.95),
        Rule("blown", reason="blown-out", at_most=0.92),
        Rule("contrast", reason="featureless", at_least=4),
    ),
)
