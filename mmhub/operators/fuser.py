"""What makes one vector of several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from mmhub.operators.options import Options

if TYPE_CHECKING:
    from mmhub.models.weights import Weights


class FuseOptions(Options):
    """The options every fuser has."""

    of: tuple[str, ...] = Field(min_length=2)
    """The vectors that are fused, in this order: encoder steps by name, or STEP@FIELD where one encodes several."""
    normalise: bool = True
    """Whether fused vectors are scaled to length one."""


@dataclass(frozen=True, kw_only=True)
class Fuser:
    """A way to make one vector of several that encoders have made of a row; it decodes nothing.

    ``fuse(parts, present, options, weights)`` gets an array float32[n, dim_i] for each part, of a list field the mean
    over its values, and bool[n, parts], which tells the parts a row has; of others the vectors are zeros. It returns
    float32[n, dim]. A row is fused by itself. ``weights(options, download)`` finds the weights of a head, where there
    is one.
    """

    name: str
    version: int
    summary: str
    options: type[FuseOptions] = FuseOptions
    fuse: Callable[[Sequence[np.ndarray], np.ndarray, Any, "Weights | None"], np.ndarray]
    weights: Callable[[Any, bool], "Weights"] | None = None
