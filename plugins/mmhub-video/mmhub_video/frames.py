"""Videos and texts in one space: the mean of what an image model sees in evenly spaced frames.

Mean pooling of frames is the strong baseline of CLIP4Clip (Luo et al. 2021, arXiv:2104.08860).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import Field

from mmhub import Encoder, Inputs, TorchModel, Weights, one_by_one, weights_of
from mmhub_image.clip import Clip as ImageModel
from mmhub_image.clip import ClipOptions, clip_view
from mmhub_video.clip import Clip
from mmhub_video.watching import pictures


class FramesOptions(ClipOptions):
    """Which joint model of pictures and texts sees the frames, and how many it sees."""

    frames: int = Field(default=8, ge=1, le=64)
    """How many evenly spaced frames of a video are seen."""
    batch_size: int = Field(default=4, ge=1)
    """Videos or texts per forward pass; each pass has exactly this many."""


def frames_view(value: Clip | str, options: FramesOptions, modality: str) -> Any:
    """Return a text as it is, and of a video the frames as the model reads them, uint8[frames, height, width, 3]."""
    if isinstance(value, str):
        return value
    return np.stack([clip_view(picture, options, "image") for picture in pictures(value, options.frames)])


class FramesModel(TorchModel[FramesOptions]):
    """A joint image model whose vectors of frames are averaged."""

    def __init__(self, options: FramesOptions, weights: Weights, device: str) -> None:
        super().__init__(options, weights, device)
        self._images = ImageModel(options.model_copy(update={"normalise": True}), weights, device)
        self.dim = self._images.dim

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return the tokens of a text, or the frames of a video as they are."""
        return self._images.prepare(view, "text") if modality == "text" else {"frames": view}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the number of tokens to which a text is padded; videos have equally many frames of one size."""
        return self._images.bucket(inputs, "text") if modality == "text" else 0

    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return one vector per value, float32[n, dim]: of a video, the mean over unit vectors of its frames."""
        if modality == "text":
            return self._images.forward(batch, bucket, "text")
        return one_by_one(batch, self._mean)

    def _mean(self, inputs: Inputs) -> np.ndarray:
        """Return the mean over frames, float32[dim].

        One video at a time: where a row stands in a batch of an odd size shows in its last bits.
        """
        pixels = [{"pixels": frame} for frame in inputs["frames"]]
        mean = np.asarray(self._images.forward(pixels, 0, "image").mean(axis=0))
        return _unit(mean) if self._options.normalise else mean


def _unit(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)


FRAMES = Encoder(
    name="video/frames",
    version=1,
    modalities=("video", "text"),
    summary="Videos and texts in one space: the mean of what a joint image model sees in evenly spaced frames.",
    options=FramesOptions,
    view=frames_view,
    load=FramesModel.load,
    weights=weights_of,
    embedded={"model": "mmhub_image:clip"},
)
