"""A vector of a depth map that no model is needed for: how its depths are spread."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Encoder, Inputs, Options, Weights


class HistogramOptions(Options):
    """How depths are counted."""

    bins: int = Field(default=16, ge=1)
    """How many ranges of depth there are, and so the length of the vector."""
    farthest: int = Field(default=10_000, ge=1)
    """Millimetres at which the last range ends; what lies beyond is not counted."""


def spread(depth: np.ndarray, options: HistogramOptions, modality: str) -> np.ndarray:
    """Return how many pixels lie in each range of depth, int64[bins]: all the encoder needs of a depth map."""
    return np.histogram(depth[depth > 0], bins=options.bins, range=(0, options.farthest))[0]


class Histogram:
    """The encoder, as `mmhub.Model` describes it. A real one would hold a network."""

    batch_size = 64

    def __init__(self, options: HistogramOptions, weights: Weights | None, device: str) -> None:
        self.dim = options.bins

    def prepare(self, view: np.ndarray, modality: str) -> Inputs:
        """Return the counts of one depth map."""
        return {"counts": view}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return 0: all depth maps have vectors of one length."""
        return 0

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return the share of pixels in each range, float32[n, bins]; zeros where nothing was seen."""
        counts = np.stack([inputs["counts"] for inputs in batch]).astype(np.float32)
        shares: np.ndarray = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        return shares


HISTOGRAM = Encoder(
    name="depth/histogram",
    version=1,
    modalities=("depth",),
    summary="The share of pixels in each range of depth.",
    options=HistogramOptions,
    view=spread,
    load=Histogram,
)
