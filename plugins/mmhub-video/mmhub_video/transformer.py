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
    Weights,
    features,
    one_by_one,
    pooled,
    pretrained,
    vectors,
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


class VideoModel:
    """A loaded video model."""

    def __init__(self, options: VideoModelOptions, weights: Weights, device: str) -> None:
        self._network = pretrained(weights, dtype=options.dtype, device=device, pooling=options.pooling)
        self._preprocessing = parse(weights, "video")
        self._options = options
        self._device = device
        self.batch_size = options.batch_size
        self.dim = self._measured_dim()

    def _measured_dim(self) -> int:
        count = frames_of(self._options.model, self._options.revision, asked=self._options.frames)
        probe = np.zeros((count, *smallest(self._preprocessing), 3), dtype=np.uint8)
        return int(self.forward([{"pixels": probe}], 0, "video").shape[1])

    def prepare(self, view: np.ndarray, modality: str) -> Inputs:
        """Return the frames of a video as they are."""
        return {"pixels": view}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return 0: videos have equally many frames of one size."""
        return 0

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return one vector per video, float32[n, dim]."""
        import torch

        with torch.inference_mode():
            return one_by_one(batch, self._watched)

    def _watched(self, inputs: Inputs) -> np.ndarray:
        pixels = normalised([inputs], self._preprocessing, device=self._device, dtype=self._network.dtype)
        return np.asarray(vectors(self._pooled(pixels), normalise=self._options.normalise)[0])

    def _pooled(self, pixels: "torch.Tensor") -> "torch.Tensor":
        """Return a tensor [1, dim] for one video: a joint model's video features, or pooled hidden states."""
        if hasattr(self._network, "get_video_features"):
            return features(self._network.get_video_features(pixels))
        output = self._network(**{self._network.main_input_name: pixels}, **self._only_encoded())
        return pooled(output, self._options.pooling, model=self._options.model)

    def _only_encoded(self) -> dict[str, Any]:
        """Return what keeps V-JEPA 2 from predicting what it was trained to predict, beside what it sees."""
        return {"skip_predictor": True} if hasattr(self._network, "predictor") else {}


def load_video_model(options: VideoModelOptions, weights: Weights | None, device: str) -> VideoModel:
    """Return the loaded model. Raises ModelError."""
    return VideoModel(options, weights or weights_of(options, False), device)


TRANSFORMER = Encoder(
    name="video/transformer",
    version=1,
    modalities=("video",),
    summary="A vector from any video model of transformers, such as V-JEPA 2 or TimeSformer.",
    options=VideoModelOptions,
    view=video_view,
    load=load_video_model,
    weights=weights_of,
)
