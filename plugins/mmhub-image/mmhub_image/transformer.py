"""A vector of a picture from any vision model of `transformers`: ViT, DINOv2, ResNet, ConvNeXt, CLIP, SigLIP."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mmhub import (
    Encoder,
    Inputs,
    ModelError,
    ModelOptions,
    Pooling,
    Weights,
    features,
    locate,
    pool,
    pretrained,
    vectors,
)
from mmhub_image.picture import Picture
from mmhub_image.pixels import cropped, normalised
from mmhub_image.preprocessing import parse, preprocessing_of

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


def vision_weights(options: ModelOptions, download: bool) -> Weights:
    """Return where the model is. Raises ModelError."""
    return locate(options.model, revision=options.revision, download=download)


class VisionModel:
    """A loaded vision model."""

    def __init__(self, options: VisionOptions, weights: Weights, device: str) -> None:
        self._network = pretrained(weights, dtype=options.dtype, device=device)
        self._preprocessing = parse(weights)
        self._options = options
        self._device = device
        self.batch_size = options.batch_size
        self.dim = self._measured_dim()

    def _measured_dim(self) -> int:
        how = self._preprocessing
        height, width = how.crop or (how.height or how.shortest, how.width or how.shortest)
        probe = {"pixels": np.zeros((height or 1, width or 1, 3), dtype=np.uint8)}
        return int(self.forward([probe], 0, "image").shape[1])

    def prepare(self, view: np.ndarray, modality: str) -> Inputs:
        """Return the pixels of a picture as they are."""
        return {"pixels": view}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return 0: pictures are all of one size."""
        return 0

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return one vector per picture, float32[n, dim]."""
        import torch

        with torch.inference_mode():
            pixels = normalised(batch, self._preprocessing, device=self._device, dtype=self._network.dtype)
            return vectors(_pooled(self._network, pixels, self._options), normalise=self._options.normalise)


def _pooled(network: Any, pixels: "torch.Tensor", options: VisionOptions) -> Any:
    """Return a tensor [n, dim] for pictures: a joint model's image features, or pooled hidden states."""
    if hasattr(network, "get_image_features"):
        return features(network.get_image_features(pixel_values=pixels))
    output = network(pixel_values=pixels)
    hidden = output.last_hidden_state
    if hidden.ndim == 4:
        return hidden.mean(dim=(2, 3))
    if options.pooling != "pooler":
        return pool(hidden, hidden.new_ones(hidden.shape[:2]), options.pooling)
    if output.get("pooler_output") is None:
        raise ModelError(f"{options.model!r} has no pooler: choose pooling 'cls', 'mean' or 'last'")
    return output.pooler_output


def load_vision(options: VisionOptions, weights: Weights | None, device: str) -> VisionModel:
    """Return the loaded model. Raises ModelError."""
    return VisionModel(options, weights or vision_weights(options, False), device)


TRANSFORMER = Encoder(
    name="image/transformer",
    version=1,
    modalities=("image",),
    summary="A vector from any vision model of transformers, such as ViT, DINOv2 or ResNet.",
    options=VisionOptions,
    view=vision_view,
    load=load_vision,
    weights=vision_weights,
    embedded={"model": "mmhub_image:clip"},
)
