"""What turns values into vectors, and the model it loads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from mmhub.operators.options import Options

if TYPE_CHECKING:
    from mmhub.models.weights import Weights

Inputs = Mapping[str, np.ndarray]
"""What a model reads of one value: arrays without a batch axis, such as ``pixels`` uint8[224, 224, 3]."""


class Model(Protocol):
    """A loaded encoder. ``prepare`` is called from several threads at once, ahead of and during a ``forward``.

    So it keeps nothing of a value in the model. Both draw random numbers only from a generator that is seeded anew for
    every value: what a global one returns next depends on the other threads. ``forward`` gets exactly ``batch_size``
    prepared values of one bucket, and returns float32[batch_size, dim].
    """

    @property
    def dim(self) -> int:
        """Return the length of the vectors."""

    @property
    def batch_size(self) -> int:
        """Return how many values each forward pass takes."""

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return what the model reads of one value."""

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the length to which inputs like these are padded; it depends on the value alone."""

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return one vector per value of the batch."""


@dataclass(frozen=True, kw_only=True)
class Encoder:
    """A way to turn values of one or more modalities into vectors of one space.

    ``view(value, options, modality)`` runs in the worker process that decoded the value; it returns the small
    part of it that the model needs (a uint8 array of 224 x 224 pixels, 16 kHz samples, the text itself).
    ``load(options, weights, device)`` runs once per process, and may import torch.
    ``weights(options, download)`` finds the weights; an encoder without any leaves it out.
    ``embedded`` holds the options that put small weights, shipped with the plugin, in place of the real ones.
    """

    name: str
    version: int
    modalities: tuple[str, ...]
    summary: str
    options: type[Options] = Options
    view: Callable[[Any, Any, str], Any]
    load: Callable[[Any, "Weights | None", str], Model]
    weights: Callable[[Any, bool], "Weights"] | None = None
    embedded: Mapping[str, Any] = field(default_factory=dict, hash=False)
