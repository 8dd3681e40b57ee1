"""Vectors put side by side, or averaged."""

from collections.abc import Sequence

import numpy as np

from mmhub.errors import RecipeError
from mmhub.fusers.unit import unit
from mmhub.models.weights import Weights
from mmhub.operators import FuseOptions, Fuser


def concatenated(
    parts: Sequence[np.ndarray], present: np.ndarray, options: FuseOptions, weights: Weights | None
) -> np.ndarray:
    """Return the vectors of each row, scaled to length one, side by side: float32[n, sum of dims].

    Where one is lacking there are zeros.
    """
    scaled = [unit(part) * there[:, np.newaxis] for part, there in zip(parts, present.T, strict=True)]
    whole = np.concatenate(scaled, axis=1)
    return unit(whole) if options.normalise else whole


def averaged(
    parts: Sequence[np.ndarray], present: np.ndarray, options: FuseOptions, weights: Weights | None
) -> np.ndarray:
    """Return the mean of those vectors of each row that are there, scaled to length one before: float32[n, dim].

    Raises RecipeError for vectors of different lengths.
    """
    dims = [part.shape[1] for part in parts]
    if len(set(dims)) > 1:
        raise RecipeError(f"fuse/mean averages vectors of one length, and these have {dims}: take fuse/concatenate")
    total = sum(unit(part) * there[:, np.newaxis] for part, there in zip(parts, present.T, strict=True))
    mean = np.asarray(total / np.maximum(present.sum(axis=1, keepdims=True), 1), dtype=np.float32)
    return unit(mean) if options.normalise else mean


CONCATENATE = Fuser(
    name="fuse/concatenate",
    version=1,
    summary="The vectors of a row side by side, each of length one; zeros stand for one that is lacking.",
    fuse=concatenated,
)
MEAN = Fuser(
    name="fuse/mean",
    version=1,
    summary="The mean of those vectors of a row that are there, each of length one.",
    fuse=averaged,
)
