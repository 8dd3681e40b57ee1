"""Several scores of one subject made into one."""

from typing import Literal

import numpy as np

Pooling = Literal["best", "mean"]


def pooled(scores: np.ndarray, starts: np.ndarray, how: Pooling) -> np.ndarray:
    """Return a score per subject from scores float[n, ...], of which those of a subject begin at ``starts``, int64."""
    if how == "best":
        return np.asarray(np.maximum.reduceat(scores, starts, axis=0))
    sizes = np.diff([*starts.tolist(), len(scores)]).astype(scores.dtype)
    return np.asarray(np.add.reduceat(scores, starts, axis=0) / sizes.reshape(-1, *[1] * (scores.ndim - 1)))


def starts_of(subjects: np.ndarray) -> np.ndarray:
    """Return where each subject begins in ascending ``subjects``, int64."""
    return np.flatnonzero(np.diff(subjects, prepend=subjects[:1] - 1))


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return vectors float32[n, dim] scaled to length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)
