"""Pictures and texts in one space, by CLIP (Radford et al. 2021, arXiv:2103.00020) and models like it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mmhub import Encoder, Inputs, ModelError, ModelOptions, TorchModel, Weights, tokeniser, weights_of
from mmhub_image.picture import Picture
from mmhub_image.pixels import cropped
from mmhub_image.preprocessing import preprocessing_of
from mmhub_image.towers import network_of, towers


class ClipOptions(ModelOptions):
    """Which joint model reads pictures and texts."""

    model: str = "openai/clip-vit-base-patch32"
    """A joint model (CLIP, SigLIP, BLIP): on the Hub, in a folder, or ``package:name`` shipped with a package."""
    prefix: str = ""
    """What is put before every text, such as ``a photo of ``."""


def clip_view(value: Picture | str, options: ClipOptions, modality: str) -> np.ndarray | str:
    """Return a text as it is, and of a picture the pixels the model reads, uint8[height, width, 3]."""
    if isinstance(value, str):
        return value
    return cropped(value, preprocessing_of(options.model, options.revision))


class Clip(TorchModel[ClipOptions]):
    """A loaded joint model."""

    def __init__(self, options: ClipOptions, weights: Weights, device: str) -> None:
        super().__init__(options, weights, device)
        network = network_of(weights, dtype=options.dtype, device=device)
        found = towers(network, weights, device)
        if found is None or not found.reads_texts:
            kind = type(network).__name__
            raise ModelError(f"{weights.model!r} is a {kind}: image/clip needs a joint model such as CLIPModel")
        self._towers = found
        self._tokens = tokeniser(weights)
        self.dim = self._measured_dim("a", "text")

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return the tokens of a text, or the pixels of a picture as they are."""
        if modality == "text":
            return self._tokens.prepare(self._options.prefix + view)
        return {"pixels": view}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the number of tokens to which a text is padded; pictures are all of one size."""
        return self._tokens.bucket(inputs) if modality == "text" else 0

    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        if modality == "text":
            return self._rows(self._towers.texts(self._tokens.pad(batch, bucket, self._device)))
        return self._rows(self._towers.pictures(batch))


CLIP = Encoder(
    name="image/clip",
    version=1,
    modalities=("image", "text"),
    summary="Pictures and texts in one space, so that a caption can be compared with what is seen.",
    options=ClipOptions,
    view=clip_view,
    load=Clip.load,
    weights=weights_of,
    embedded={"model": "mmhub_image:clip"},
)
