"""What all encoders that run on torch have in common: how they are loaded, and how a pass is run."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import numpy as np

from mmhub.models.transformer import vectors
from mmhub.models.weights import Weights, weights_of
from mmhub.operators import Inputs, ModelOptions

if TYPE_CHECKING:
    import torch

Chosen = TypeVar("Chosen", bound=ModelOptions)


class TorchModel(ABC, Generic[Chosen]):
    """A loaded encoder, as `mmhub.Model` describes it.

    A subclass loads its network when it is made, sets ``dim``, and says what it reads of a value (``prepare``), how
    long that is (``bucket``) and what comes out of a batch (``_encoded``).
    """

    dim: int

    def __init__(self, options: Chosen, weights: Weights, device: str) -> None:
        self._options, self._weights, self._device = options, weights, device
        self.batch_size = options.batch_size

    @classmethod
    def load(cls, options: Chosen, weights: Weights | None, device: str) -> Self:
        """Return the model in ``weights``, or where none are given in those that its options name.

        It is what an `Encoder` takes as its ``load``. Raises ModelError.
        """
        return cls(options, weights or weights_of(options, False), device)

    @abstractmethod
    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return what the model reads of one value."""

    @abstractmethod
    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the length to which inputs like these are padded."""

    @abstractmethod
    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return one vector per value of a batch, float32[n, dim]."""

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return one vector per value of a batch, float32[n, dim]; no gradients are kept."""
        import torch

        with torch.inference_mode():
            return self._encoded(batch, bucket, modality)

    def _rows(self, found: "torch.Tensor") -> np.ndarray:
        """Return a tensor [n, dim] as float32 rows, scaled to length one if the options say so."""
        return vectors(found, normalise=self._options.normalise)

    def _measured_dim(self, view: Any, modality: str) -> int:
        """Return the length of the vectors, as it comes out of one view."""
        inputs = self.prepare(view, modality)
        return int(self.forward([inputs], self.bucket(inputs, modality), modality).shape[1])
