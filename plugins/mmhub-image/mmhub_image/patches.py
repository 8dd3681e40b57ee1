"""Pictures for models that read patches: as many as fit into a budget, at the picture's own aspect ratio."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

_STEP = 1e-5
"""How finely the scale is sought; as in the processor of SigLIP 2, whose sizes depend on it."""


@dataclass(frozen=True)
class Patches:
    """The side of a patch in pixels, how many a picture may have, and how many by how many are pooled into one."""

    side: int
    most: int
    pooled: int = 1

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the width and height to which a picture is resized, both whole numbers of patches."""
        found = _rounded_up(width, height, self) if self.pooled == 1 else _rounded_down(width, height, self)
        return found[0] * self.side, found[1] * self.side


def patches_of(config: Mapping[str, Any]) -> Patches | None:
    """Return how a processor cuts patches, by its settings; None for one whose pictures are all of one size."""
    if config.get("max_soft_tokens"):
        pooled = int(config["pooling_kernel_size"])
        return Patches(side=int(config["patch_size"]), most=int(config["max_soft_tokens"]) * pooled**2, pooled=pooled)
    if config.get("max_num_patches"):
        return Patches(side=int(config["patch_size"]), most=int(config["max_num_patches"]))
    return None


def cut(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return the patches of uint8[height, width, 3], row by row, as uint8[patches, side * side * 3]."""
    height, width, channels = pixels.shape
    grid = pixels.reshape(height // side, side, width // side, side, channels)
    return np.ascontiguousarray(grid.swapaxes(1, 2).reshape(-1, side * side * channels))


def _rounded_up(width: int, height: int, patches: Patches) -> tuple[int, int]:
    """Return columns and rows of patches at the largest scale whose patches, rounded up, fit into the budget.

    That is NaFlex (Tschannen et al. 2025, arXiv:2502.14786).
    """
    low, high = _STEP / 10, 100.0
    while high - low >= _STEP:
        middle = (low + high) / 2
        columns, rows = (max(1, math.ceil(side * middle / patches.side)) for side in (width, height))
        low, high = (middle, high) if columns * rows <= patches.most else (low, middle)
    columns, rows = (max(1, math.ceil(side * low / patches.side)) for side in (width, height))
    return columns, rows


def _rounded_down(width: int, height: int, patches: Patches) -> tuple[int, int]:
    """Return columns and rows of patches at the scale that fills the budget, rounded down to whole pools (Gemma 4)."""
    scale = math.sqrt(patches.most * patches.side**2 / (width * height))
    unit = patches.pooled * patches.side
    columns, rows = int(width * scale / unit), int(height * scale / unit)
    longest = patches.most // patches.pooled**2
    if rows == 0:
        columns, rows = min(width // height, longest), 1
    elif columns == 0:
        columns, rows = 1, min(height // width, longest)
    return columns * patches.pooled, rows * patches.pooled
