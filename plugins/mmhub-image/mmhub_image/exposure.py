"""How light is spread over a picture."""

from collections.abc import Sequence

import cv2
import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture

_BLACK, _WHITE = (0,) * 4, (255,) * 4
_FULL = 250
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
    in it: what is too bright loses its colours one after another, and leaves few tones between grey and white.
    """
    shares = np.stack([_shares(picture.luma) for picture in pictures])
    clipped = np.array([_clipped(picture) for picture in pictures], dtype=np.float64)
    # Sums row by row: a product of matrices differs in its last bits with the number of pictures.
    mean = (shares * _LEVELS).sum(axis=1)
    return {
        "mean_luma": mean,
        "contrast": np.sqrt(np.maximum((shares * _LEVELS**2).sum(axis=1) - mean**2, 0)),
        "shadows": _quantile(shares, 0.01),
        "highlights": _quantile(shares, 0.99),
        "dark": shares[:, : options.black + 1].sum(axis=1),
        "bright": shares[:, options.white :].sum(axis=1),
        "blown": _blown(clipped, shares[:, 128 : options.white].sum(axis=1), shares[:, options.white :].sum(axis=1)),
    }


def _shares(luma: np.ndarray) -> np.ndarray:
    """Return the share of pixels at each of 256 levels, as float64[256]; of a large picture in every third row."""
    rows = luma[::3] if luma.shape[0] >= _LARGE else luma
    counts: np.ndarray = cv2.calcHist([rows], [0], None, [256], [0, 256])
    return counts.ravel().astype(np.float64) / rows.size


def _clipped(picture: Picture) -> tuple[float, float]:
    """Return the share of pixels, of every fourth one each way, with any of their colours clipped bright, and all."""
    pixels = picture.luma if picture.mode == "L" else picture.rgb
    few = cv2.resize(pixels, (max(1, picture.width // 4), max(1, picture.height // 4)), interpolation=cv2.INTER_NEAREST)
    count = few.shape[0] * few.shape[1]
    below = cv2.countNonZero(cv2.inRange(few, _BLACK, (_FULL - 1,) * 4))
    return 1 - below / count, cv2.countNonZero(cv2.inRange(few, (_FULL,) * 4, _WHITE)) / count


def _blown(clipped: np.ndarray, tones: np.ndarray, bright: np.ndarray) -> np.ndarray:
    """Return how overexposed pictures are, from shares of their pixels, as float64[n]; from 0.2 on they look it.

    ``clipped`` holds the shares with any of their colours clipped, and with all; ``tones`` are between grey and
    white. What is clipped in a picture that is hardly ``bright`` anywhere is a strong colour. The weights were
    fitted by logistic regression on photographs and the same ones at four times their brightness.
    """
    any_colour = np.minimum(clipped[:, 0], 3 * bright)
    every_colour = np.minimum(clipped[:, 1], any_colour)
    blown: np.ndarray = any_colour + (0.6 * (any_colour - every_colour) - tones) / (1.1 - every_colour)
    return blown


def _quantile(shares: np.ndarray, share: float) -> np.ndarray:
    """Return, as int64[n], the first level at which so large a share of each picture's pixels is reached."""
    levels: np.ndarray = (shares.cumsum(axis=1) >= share - 1e-9).argmax(axis=1)
    return levels


EXPOSURE = Cleaner(
    name="image/exposure",
    version=2,
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
        Fact(name="blown", dtype="float64", summary="How far highlights have lost colours and tones; -1 to 1.5."),
    ),
    measure=exposures,
    rules=(
        Rule("highlights", reason="under-exposed", at_least=50),
        Rule("shadows", reason="over-exposed", at_most=140),
        Rule("bright", reason="burnt-out", at_most=0.95),
        Rule("blown", reason="blown-out", at_most=0.3),
        Rule("contrast", reason="featureless", at_least=4),
    ),
)
