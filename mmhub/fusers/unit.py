"""Vectors of length one."""

import numpy as np


def unit(rows: np.ndarray) -> np.ndarray:
    """Return float32[n, dim] with each row scaled to length one; a row of zeros stays as it is."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)
