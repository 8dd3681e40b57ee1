"""A vector of a video from any video model of `transformers`: V-JEPA 2, TimeSformer, X-CLIP."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from mmhub import (
    Encoder,
    Inputs,
    ModelOptions,
    Pooling,
    TorchModel,
    Weights,
    features,
    one_by_one,
    pooled,
    pretrained,
    weights_of,
)
from mmhub_image.pixels import normalised
from mmhub_image.preprocessing import parse, smallest
from mmhub_video.clip import Clip
from mmhub_video.watching import frames_of, watched

if TYPE_CHECKING:
    import torch


class VideoModelOptions(ModelOptions):
    """Which video model, how many frames it sees, and how its hidden states become one vector."""

    model: str = "facebook/vjepa2-vitl-fpc64-256"
    """A video model of `transformers`: on the Hub, in a folder, or ``package:name`` shipped with a package."""
    pooling: Pooling = "mean"
    """How the patches of all frames become one vector. A joint model has its own way, whatever is asked."""
    frames: int | None = Field(default=None, ge=1, le=64)
    """How many evenly spaced frames are seen; by default as many as the model was trained on."""
    batch_size: int = Field(default=4, ge=1)
    """Videos that are handed over at a time; each has a forward pass of its own."""


def video_view(clip: Clip, options: VideoModelOptions, modality: str) -> np.ndarray:
    """Return the frames of a video that the model reads, uint8[frames, height, width, 3]."""
    count = frames_of(options.model, options.revision, asked=options.frames)
    return watched(clip, options.model, options.revision, frames=count)


class VideoModel(TorchModel[VideoModelOptions]):
    """A loaded video model."""

    def __init__(self, options: VideoModelOptions, weights: Weights, device: str) -> None:
        super().__init__(options, weights, device)
        self._network = pretrained(weights, dtype=options.dtype, device=device, pooling=options.pooling)
        self._preprocessing = parse(weights, "video")
        count = frames_of(options.model, options.revision, asked=options.frames)
        shape = (count, *smallest(self._preprocessing), 3)
        self.dim = self._measured_dim(np.zeros(shape, dtype=np.uint8), "video")

    def prepare(self, view: np.ndarray, modality: str) -> Inputs:
        """Return the frames of a video as they are."""
        return {"pixels": view}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return 0: videos have equally many frames of one size."""
        return 0

    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        return one_by_one(batch, self._watched)

    def _watched(self, inputs: Inputs) -> np.ndarray:
        pixels = normalised([inputs], self._preprocessing, device=self._device, dtype=self._network.dtype)
        return np.asarray(self._rows(self._pooled(pixels))[0])

    def _pooled(self, pixels: "torch.Tensor") -> "torch.Tensor":
        """Return a tensor [1, dim] for one video: a joint model's video features, or pooled hidden states."""
        if hasattr(self._network, "get_video_features"):
            return features(self._network.get_video_features(pixels))
        output = self._network(**{self._network.main_input_name: pixels}, **self._only_encoded())
        return pooled(output, self._options.pooling, model=self._options.model)

    def _only_encoded(self) -> dict[str, Any]:
        """Return what keeps V-JEPA 2 from predicting what it was trained to predict, beside what it sees."""
        return {"skip_predictor": True} if hasattr(self._network, "predictor") else {}


TRANSFORMER = Encoder(
    name="video/transformer",
    version=1,
    modalities=("video",),
    summary="A vector from any video model of transformers, such as V-JEPA 2 or TimeSformer.",
    options=VideoModelOptions,
    view=video_view,
    load=VideoModel.load,
    weights=weights_of,
)
