"""Videos and texts in one space, by X-CLIP (Ni et al. 2022, arXiv:2208.02816), which attends across frames."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import Field

from mmhub import (
    Encoder,
    Inputs,
    ModelError,
    ModelOptions,
    TorchModel,
    Weights,
    features,
    one_by_one,
    pretrained,
    tokeniser,
    weights_of,
)
from mmhub_image.pixels import normalised
from mmhub_image.preprocessing import parse
from mmhub_video.clip import Clip
from mmhub_video.watching import frames_of, watched


class XclipOptions(ModelOptions):
    """Which joint model watches videos and reads texts, and how many frames it sees."""

    model: str = "microsoft/xclip-base-patch32"
    """A joint model of videos and texts: on the Hub, in a folder, or ``package:name`` shipped with a package."""
    frames: int | None = Field(default=None, ge=1, le=64)
    """How many evenly spaced frames are seen; by default as many as the model was trained on."""
    prefix: str = ""
    """What is put before every text, such as ``a video of ``."""
    batch_size: int = Field(default=4, ge=1)
    """Videos or texts per forward pass; each pass has exactly this many."""


def xclip_view(value: Clip | str, options: XclipOptions, modality: str) -> np.ndarray | str:
    """Return a text as it is, and of a video the frames the model reads, uint8[frames, height, width, 3]."""
    if isinstance(value, str):
        return value
    count = frames_of(options.model, options.revision, asked=options.frames)
    return watched(value, options.model, options.revision, frames=count)


class Xclip(TorchModel[XclipOptions]):
    """A loaded joint model. Texts get their own features, without the prompts that a video would add to them."""

    def __init__(self, options: XclipOptions, weights: Weights, device: str) -> None:
        super().__init__(options, weights, device)
        self._network = pretrained(weights, dtype=options.dtype, device=device)
        if not hasattr(self._network, "get_video_features") or not hasattr(self._network, "get_text_features"):
            kind = type(self._network).__name__
            raise ModelError(f"{weights.model!r} is a {kind}: video/xclip needs an XCLIPModel")
        self._tokens = tokeniser(weights)
        self._preprocessing = parse(weights, "video")
        self.dim = int(self._network.config.projection_dim)

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return the tokens of a text, or the frames of a video as they are."""
        return self._tokens.prepare(self._options.prefix + view) if modality == "text" else {"pixels": view}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the number of tokens to which a text is padded; videos have equally many frames of one size."""
        return self._tokens.bucket(inputs) if modality == "text" else 0

    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        if modality != "text":
            return one_by_one(batch, self._watched)
        padded = self._tokens.pad(batch, bucket, self._device)
        return self._rows(features(self._network.get_text_features(**padded)))

    def _watched(self, inputs: Inputs) -> np.ndarray:
        pixels = normalised([inputs], self._preprocessing, device=self._device, dtype=self._network.dtype)
        return np.asarray(self._rows(features(self._network.get_video_features(pixels)))[0])


XCLIP = Encoder(
    name="video/xclip",
    version=1,
    modalities=("video", "text"),
    summary="Videos and texts in one space by X-CLIP, which sees how frames follow one another.",
    options=XclipOptions,
    view=xclip_view,
    load=Xclip.load,
    weights=weights_of,
)
