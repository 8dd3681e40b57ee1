"""Pictures and texts in one space, by CLIP (Radford et al. 2021, arXiv:2103.00020) and models like it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mmhub import Encoder, Inputs, ModelError, ModelOptions, Weights, tokeniser, vectors, weights_of
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


class Clip:
    """A loaded joint model."""

    def __init__(self, options: ClipOptions, weights: Weights, device: str) -> None:
        network = network_of(weights, dtype=options.dtype, device=device)
        found = towers(network, weights, device)
        if found is None or not found.reads_texts:
            kind = type(network).__name__
            raise ModelError(f"{weights.model!r} is a {kind}: image/clip needs a joint model such as CLIPModel")
        self._towers = found
        self._tokens = tokeniser(weights)
        self._options = options
        self._device = device
        self.batch_size = options.batch_size
        self.dim = self._measured_dim()

    def _measured_dim(self) -> int:
        probe = self.prepare("a", "text")
        return int(self.forward([probe], self.bucket(probe, "text"), "text").shape[1])

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return the tokens of a text, or the pixels of a picture as they are."""
        if modality == "text":
            return self._tokens.prepare(self._options.prefix + view)
        return {"pixels": view}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the number of tokens to which a text is padded; pictures are all of one size."""
        return self._tokens.bucket(inputs) if modality == "text" else 0

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return one vector per value, float32[n, dim]."""
        import torch

        with torch.inference_mode():
            if modality == "text":
                found = self._towers.texts(self._tokens.pad(batch, bucket, self._device))
            else:
                found = self._towers.pictures(batch)
            return vectors(found, normalise=self._options.normalise)


def load_clip(options: ClipOptions, weights: Weights | None, device: str) -> Clip:
    """Return the loaded model. Raises ModelError."""
    return Clip(options, weights or weights_of(options, False), device)


CLIP = Encoder(
    name="image/clip",
    version=1,
    modalities=("image", "text"),
    summary="Pictures and texts in one space, so that a caption can be compared with what is seen.",
    options=ClipOptions,
    view=clip_view,
    load=load_clip,
    weights=weights_of,
    embedded={"model": "mmhub_image:clip"},
)
