"""A vector of a picture from any vision model of `transformers`: ViT, DINOv2, ResNet, ConvNeXt, CLIP, SigLIP."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mmhub import (
    Encoder,
    Inputs,
    ModelError,
    ModelOptions,
    Pooling,
    TorchModel,
    Weights,
    pooled,
    weights_of,
)
from mmhub_image.picture import Picture
from mmhub_image.pixels import cropped, normalised
from mmhub_image.preprocessing import parse, preprocessing_of, smallest
from mmhub_image.towers import network_of, towers

if TYPE_CHECKING:
    import torch


class VisionOptions(ModelOptions):
    """Which vision model, and how its hidden states become one vector."""

    model: str = "google/vit-base-patch16-224"
    """A vision model of `transformers`: on the Hub, in a folder, or ``package:name`` shipped with a package."""
    pooling: Pooling = "cls"
    """How patches become one vector. Convolutional models are averaged over the picture, and a joint model has
    its own way, whatever is asked."""


def vision_view(picture: Picture, options: VisionOptions, modality: str) -> np.ndarray:
    """Return the pixels of a picture that the model reads, uint8[height, width, 3]."""
    return cropped(picture, preprocessing_of(options.model, options.revision))


class VisionModel(TorchModel[VisionOptions]):
    """A loaded vision model, or the half of a joint model that sees."""

    def __init__(self, options: VisionOptions, weights: Weights, device: str) -> None:
        super().__init__(options, weights, device)
        self._preprocessing = parse(weights)
        self._network = network_of(weights, dtype=options.dtype, device=device, pooling=options.pooling)
        self._towers = towers(self._network, weights, device)
        if self._preprocessing.patches and self._towers is None:
            raise ModelError(f"{weights.model!r} reads pictures as patches, which mmhub does for joint models alone")
        self.dim = self._measured_dim(np.zeros((*smallest(self._preprocessing), 3), dtype=np.uint8), "image")

    def prepare(self, view: np.ndarray, modality: str) -> Inputs:
        """Return the pixels of a picture as they are."""
        return {"pixels": view}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return 0: pictures are all of one size."""
        return 0

    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        return self._rows(self._vectors(batch))

    def _vectors(self, batch: Sequence[Inputs]) -> "torch.Tensor":
        """Return a tensor [n, dim] for pictures: a joint model's image features, or pooled hidden states."""
        if self._towers is not None:
            return self._towers.pictures(batch)
        pixels = normalised(batch, self._preprocessing, device=self._device, dtype=self._network.dtype)
        output = self._network(pixel_values=pixels)
        hidden: torch.Tensor = output.last_hidden_state
        if hidden.ndim == 4:
            return hidden.mean(dim=(2, 3))
        return pooled(output, self._options.pooling, model=self._options.model)


TRANSFORMER = Encoder(
    name="image/transformer",
    version=1,
    modalities=("image",),
    summary="A vector from any vision model of transformers, such as ViT, DINOv2 or ResNet.",
    options=VisionOptions,
    view=vision_view,
    load=VisionModel.load,
    weights=weights_of,
    embedded={"model": "mmhub_image:clip"},
)
