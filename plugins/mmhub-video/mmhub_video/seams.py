"""How much a picture changes along the edges of a codec's blocks, and nowhere near them: the mark of damage.

What is predicted from wrong data goes wrong by blocks of 16 x 16 pixels, from one frame to the next. Things that move
have edges anywhere. The step across an edge of a block over the steps beside it is the blockiness of Wu and Yuen
(A generalized block-edge impairment metric for video coding, 1997), of the change here instead of the picture.
"""

import cv2
import numpy as np

BLOCK = 16
_UNSEEN = 6.0
"""Steps of luma that coding alone leaves."""
_FLOOR = 30.0
"""Seams of a frame that are not seen, in steps of luma times sides of blocks: one wrong block has about 60."""


def seam(before: np.ndarray, after: np.ndarray) -> float:
    """Return by how much change steps across sides of blocks, from luma uint8[h, w] of two frames.

    It is the sum, over sides of blocks, of the steps of luma beyond those beside it and beyond six. Frames of less
    than two blocks either way have none.
    """
    if min(before.shape) < 2 * BLOCK + 2:
        return 0.0
    change = cv2.subtract(after, before, dtype=cv2.CV_16S)
    steps = np.concatenate((_across(change), _along(change)))
    return float(np.maximum(steps - np.float32(_UNSEEN), 0).sum(dtype=np.float64))


def oddness(seams: np.ndarray) -> np.ndarray:
    """Return how far each frame stands out by its seams from nine tenths of the others, float64[n].

    Above one it is suspect. One step of a single block is not enough.
    """
    if not len(seams):
        return np.zeros(0)
    return np.asarray(seams / (_FLOOR + 2.0 * np.quantile(seams, 0.9)), dtype=np.float64)


def _across(change: np.ndarray) -> np.ndarray:
    """Return the excess step over each vertical side of a block, float32[n]."""
    edges = np.arange(BLOCK, change.shape[1] - 2, BLOCK)
    rows = change.shape[0] // BLOCK * BLOCK
    step = cv2.absdiff(change[:rows, 1:], change[:rows, :-1])
    beside = np.maximum.reduce([step[:, edges + offset] for offset in (-3, -2, 0, 1)])
    return _summed((step[:, edges - 1] - beside).reshape(-1, BLOCK, len(edges)), axis=1)


def _along(change: np.ndarray) -> np.ndarray:
    """Return the excess step over each horizontal side of a block, float32[n]."""
    edges = np.arange(BLOCK, change.shape[0] - 2, BLOCK)
    columns = change.shape[1] // BLOCK * BLOCK
    step = cv2.absdiff(change[1:, :columns], change[:-1, :columns])
    beside = np.maximum.reduce([step[edges + offset] for offset in (-3, -2, 0, 1)])
    return _summed((step[edges - 1] - beside).reshape(len(edges), -1, BLOCK), axis=2)


def _summed(steps: np.ndarray, *, axis: int) -> np.ndarray:
    means: np.ndarray = steps.sum(axis=axis, dtype=np.int32).astype(np.float32).ravel() / BLOCK
    return means
