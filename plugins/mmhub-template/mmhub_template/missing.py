"""How much of a depth map is missing."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from mmhub import Cleaner, Columns, Fact, Options, Rule


class MissingOptions(Options):
    """What counts as missing beside pixels where the sensor saw nothing."""

    farthest: int = Field(default=65_535, ge=1)
    """Millimetres beyond which the sensor only guesses."""


def missing(depths: Sequence[np.ndarray], options: MissingOptions) -> Columns:
    """Return the share of pixels of each depth map that hold no usable depth, 0 to 1."""
    return {"missing": [float(np.mean((depth == 0) | (depth > options.farthest))) for depth in depths]}


MISSING = Cleaner(
    name="depth/missing",
    version=1,
    modality="depth",
    summary="Measures the share of pixels without a usable depth, and drops maps that have little else.",
    options=MissingOptions,
    facts=(Fact(name="missing", dtype="float64", summary="Share of pixels without a usable depth, 0 to 1."),),
    measure=missing,
    rules=(Rule("missing", reason="mostly-missing", at_most=0.5),),
)
