"""Sounds and texts in one space, by CLAP (Wu et al. 2023, arXiv:2211.06687)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mmhub import (
    Encoder,
    Inputs,
    ModelError,
    ModelOptions,
    TorchModel,
    Weights,
    features,
    pretrained,
    tokeniser,
    weights_of,
)
from mmhub_audio.hearing import Window, hear, hearing

_ANY_SECONDS = 4 * 3600.0


class ClapOptions(ModelOptions):
    """Which CLAP model, and which part of a long sound it hears."""

    model: str = "laion/clap-htsat-unfused"
    """A CLAP model: on the Hub, in a folder, or shipped with a package."""
    window: Window = "centre"
    """Where the model's ten seconds are taken from a sound that lasts longer."""
    prefix: str = ""
    """What is put before every text, such as ``This is a sound of ``."""


def clap_view(value: Any, options: ClapOptions, modality: str) -> Any:
    """Return a text as it is, and of a sound the window the model hears, mono float32 at its rate."""
    if modality == "text":
        return value
    expected = hearing(options.model, options.revision)
    return hear(value, expected, most_seconds=_ANY_SECONDS, window=options.window)


class Clap(TorchModel[ClapOptions]):
    """A loaded CLAP model. Tokenizer and feature extractor are called apart: together they cut sounds to one frame."""

    def __init__(self, options: ClapOptions, weights: Weights, device: str) -> None:
        from transformers import AutoFeatureExtractor

        super().__init__(options, weights, device)
        self._model = pretrained(weights, dtype=options.dtype, device=device)
        if not hasattr(self._model, "get_audio_features"):
            raise ModelError(f"{weights.model!r} is a {type(self._model).__name__}: audio/clap needs a ClapModel")
        self._extractor = AutoFeatureExtractor.from_pretrained(
            weights.folder, local_files_only=True, trust_remote_code=False
        )
        self._tokens = tokeniser(weights)
        self.dim = int(self._model.config.projection_dim)

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return the tokens of a text, or the log-mel spectrogram of a sound float32[views, frames, bands]."""
        return self._tokens.prepare(self._options.prefix + view) if modality == "text" else self._spectrogram(view)

    def _spectrogram(self, samples: np.ndarray) -> Inputs:
        extractor = self._extractor
        found = extractor(samples, sampling_rate=extractor.sampling_rate, return_tensors="np")
        spectrogram = np.asarray(found["input_features"][0], dtype=np.float32)
        expected = (extractor.nb_max_samples // extractor.hop_length + 1, extractor.feature_size)
        if spectrogram.shape[1:] != expected:
            raise ModelError(f"the feature extractor gave {spectrogram.shape[1:]} of {expected} frames and bands")
        return {"input_features": spectrogram, "is_longer": np.asarray(found["is_longer"][0], dtype=bool)}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the number of tokens or frames that inputs are padded to."""
        return self._tokens.bucket(inputs) if modality == "text" else int(inputs["input_features"].shape[1])

    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        if modality == "text":
            found = self._model.get_text_features(**self._tokens.pad(batch, bucket, self._device))
        else:
            found = self._model.get_audio_features(**self._stacked(batch))
        return self._rows(features(found))

    def _stacked(self, batch: Sequence[Inputs]) -> dict[str, Any]:
        import torch

        rows = {name: np.stack([inputs[name] for inputs in batch]) for name in ("input_features", "is_longer")}
        tensors = {name: torch.from_numpy(array).to(self._device) for name, array in rows.items()}
        return {**tensors, "input_features": tensors["input_features"].to(self._model.dtype)}


CLAP = Encoder(
    name="audio/clap",
    version=1,
    modalities=("audio", "text"),
    summary="Sounds and texts in one space, so that a caption can be compared with what is heard.",
    options=ClapOptions,
    view=clap_view,
    load=Clap.load,
    weights=weights_of,
    embedded={"model": "mmhub_audio:clap"},
)
