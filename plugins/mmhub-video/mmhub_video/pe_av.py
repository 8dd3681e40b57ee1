"""Sounds, videos and texts in one space, by PE-AV (Vyas et al. 2025, arXiv:2512.19687)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from mmhub import (
    Encoder,
    Inputs,
    ModelError,
    ModelOptions,
    TorchModel,
    Weights,
    one_by_one,
    pretrained,
    tokeniser,
    weights_of,
)
from mmhub_audio.hearing import Window, hear, hearing
from mmhub_image.pixels import normalised
from mmhub_image.preprocessing import parse
from mmhub_video.watching import watched

if TYPE_CHECKING:
    import torch


class PeAvOptions(ModelOptions):
    """Which model hears, watches and reads, how much of a value, and what texts are compared with."""

    model: str = "facebook/pe-av-base-16-frame"
    """A PeAudioVideoModel: on the Hub, in a folder, or ``package:name`` shipped with a package."""
    texts: Literal["audio", "video"] = "audio"
    """What texts are compared with. The model has a space for each, and sounds and videos can be compared in both."""
    prefix: str = ""
    """What is put before every text."""
    frames: int = Field(default=16, ge=1, le=64)
    """How many evenly spaced frames of a video are seen."""
    most_seconds: float = Field(default=30.0, gt=0.0)
    """How much of a sound is heard."""
    window: Window = "centre"
    """Where that is taken from a sound that lasts longer."""
    batch_size: int = Field(default=4, ge=1)
    """Texts per forward pass; each pass has exactly this many. A sound or a video has a pass of its own."""


def pe_av_view(value: Any, options: PeAvOptions, modality: str) -> Any:
    """Return a text as it is, float32 samples of a sound at the model's rate, or uint8 frames of a video."""
    if modality == "text":
        return value
    if modality == "audio":
        expected = hearing(options.model, options.revision)
        return hear(value, expected, most_seconds=options.most_seconds, window=options.window)
    return watched(value, options.model, options.revision, frames=options.frames)


class PeAv(TorchModel[PeAvOptions]):
    """A loaded PE-AV. It asks the halves of the model, as the model's own functions for one modality do not work."""

    def __init__(self, options: PeAvOptions, weights: Weights, device: str) -> None:
        from transformers import AutoFeatureExtractor

        super().__init__(options, weights, device)
        self._network = pretrained(weights, dtype=options.dtype, device=device)
        if not hasattr(self._network, "audio_video_encoder"):
            kind = type(self._network).__name__
            raise ModelError(f"{weights.model!r} is a {kind}: joint/pe-av needs a PeAudioVideoModel")
        self._extractor = AutoFeatureExtractor.from_pretrained(
            weights.folder, local_files_only=True, trust_remote_code=False
        )
        self._tokens = tokeniser(weights)
        self._preprocessing = parse(weights, "video")
        self.dim = int(self._network.config.text_config.hidden_size)

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return the tokens of a text, the samples of a sound and which of them are sound, or frames as they are."""
        if modality == "text":
            return self._tokens.prepare(self._options.prefix + view)
        if modality == "video":
            return {"pixels": view}
        found = self._extractor(view, sampling_rate=self._extractor.sampling_rate, return_tensors="np")
        return {name: np.asarray(found[name][0]) for name in ("input_values", "padding_mask")}

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the number of tokens to which a text is padded; sounds and videos are not."""
        return self._tokens.bucket(inputs) if modality == "text" else 0

    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        if modality == "text":
            return self._rows(self._read(self._tokens.pad(batch, bucket, self._device)))
        of = self._heard if modality == "audio" else self._watched
        return one_by_one(batch, lambda inputs: self._rows(of(inputs))[0])

    def _read(self, padded: "dict[str, torch.Tensor]") -> "torch.Tensor":
        states = self._network.text_model(**padded, output_hidden_states=True).hidden_states[-1][:, 0]
        heads = {"audio": self._network.audio_model.text_audio_head, "video": self._network.video_model.text_video_head}
        found: torch.Tensor = heads[self._options.texts](states)
        return found

    def _heard(self, inputs: Inputs) -> "torch.Tensor":
        import torch

        whole = {name: torch.from_numpy(array[None]).to(self._device) for name, array in inputs.items()}
        whole["input_values"] = whole["input_values"].to(self._network.dtype)
        found: torch.Tensor = self._network.audio_model.audio_head(
            self._network.audio_model.audio_encoder(**whole).pooler_output
        )
        return found

    def _watched(self, inputs: Inputs) -> "torch.Tensor":
        pixels = normalised([inputs], self._preprocessing, device=self._device, dtype=self._network.dtype)
        found: torch.Tensor = self._network.video_model.video_head(
            self._network.video_model.video_encoder(pixels).pooler_output
        )
        return found


PE_AV = Encoder(
    name="joint/pe-av",
    version=1,
    modalities=("audio", "video", "text"),
    summary="Sounds, videos and texts in one space by PE-AV; any two of them can be compared.",
    options=PeAvOptions,
    view=pe_av_view,
    load=PeAv.load,
    weights=weights_of,
)
