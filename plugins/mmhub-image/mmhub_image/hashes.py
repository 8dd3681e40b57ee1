"""Hashes of a picture: of its very pixels, and of what they look like."""

from collections.abc import Sequence

import cv2
import numpy as np
import xxhash

from mmhub import Cleaner, Columns, Distinct, Fact, Options
from mmhub_image.picture import Picture

_SIDE = 32
_WAVES = np.cos(np.pi / _SIDE * np.outer(np.arange(8), np.arange(_SIDE) + 0.5)).astype(np.float32)
"""The eight longest waves of the cosine transform over 32 samples, DCT-II without scaling."""
_FAINTEST = 2.0


def hashes(pictures: Sequence[Picture], options: Options) -> Columns:
    """Return a 64-bit hash of each picture's pixels, and a perceptual one.

    ``pixels`` is XXH3 of the RGB view, which differs for pictures of different shape as well. ``phash`` holds
    the signs, about their median, of the 8 x 8 lowest frequencies of 32 x 32 luma (Zauner 2010, as in
    imagehash); ``None`` for pictures so even that there is nothing to tell them apart by.
    """
    return {
        "pixels": [_exact(picture) for picture in pictures],
        "phash": [_perceptual(picture.luma) for picture in pictures],
    }


def _exact(picture: Picture) -> int:
    return xxhash.xxh3_64_intdigest(picture.rgb.data, seed=picture.width)


def _perceptual(luma: np.ndarray) -> int | None:
    small = cv2.resize(_halved(luma), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    if small.std() < _FAINTEST:
        return None
    waves = _WAVES @ small @ _WAVES.T
    return int.from_bytes(np.packbits(waves > _median(waves)).tobytes(), "big")


def _median(waves: np.ndarray) -> np.float32:
    """Return the median of an even number of waves; numpy's own imports its masked arrays first."""
    ordered = np.sort(waves, axis=None)
    middle: np.float32 = ordered[len(ordered) // 2 - 1 : len(ordered) // 2 + 1].mean()
    return middle


def _halved(luma: np.ndarray) -> np.ndarray:
    """Return luma at half its size where it is large: means of 2 x 2 are much faster than those of odd areas."""
    height, width = luma.shape[0] // 2, luma.shape[1] // 2
    if min(height, width) < 4 * _SIDE:
        return luma
    halved: np.ndarray = cv2.resize(luma[: height * 2, : width * 2], (width, height), interpolation=cv2.INTER_AREA)
    return halved


HASH = Cleaner(
    name="image/hash",
    version=1,
    modality="image",
    summary="Hashes pixels and looks, and keeps one of each cluster of duplicates.",
    facts=(
        Fact(name="pixels", dtype="uint64", summary="Hash of the decoded pixels and their shape."),
        Fact(name="phash", dtype="uint64", summary="Perceptual hash; similar pictures differ in few bits."),
    ),
    measure=hashes,
    rules=(
        Distinct("pixels", reason="exact-duplicate"),
        Distinct("phash", reason="near-duplicate", within=4),
    ),
)
