"""A vector of a sound from any audio model of `transformers`: wav2vec 2.0, HuBERT, WavLM, Whisper, AST, CLAP."""

from collections.abc import Sequence
from typing import Any

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
from mmhub_audio.hearing import Window, hear, hearing, padded_length
from mmhub_audio.sound import Sound

_ALONE = 0
"""The bucket of waveforms that are not padded, and go through the model one at a time."""


class AudioModelOptions(ModelOptions):
    """Which model, what it hears, and how its states become one vector."""

    model: str = "facebook/wav2vec2-base"
    """An audio model of `transformers`: on the Hub, in a folder, or shipped with a package."""
    pooling: Pooling = "mean"
    """How hidden states become one vector. A joint model such as CLAP has its own way, whatever is asked."""
    most_seconds: float = Field(default=30.0, gt=0.0)
    """How much of a sound is heard; a model may take less."""
    window: Window = "centre"
    """Where that is taken from a sound that lasts longer."""


def waveform(sound: Sound, options: AudioModelOptions, modality: str) -> np.ndarray:
    """Return the part of a sound the model hears, mono float32 at its rate."""
    expected = hearing(options.model, options.revision)
    return hear(sound, expected, most_seconds=options.most_seconds, window=options.window)


class AudioModel(TorchModel[AudioModelOptions]):
    """A loaded audio model.

    Spectrograms are stacked as they are. Waveforms are padded to a bucket under a mask, except for models that
    normalise over time (``feat_extract_norm="group"``, as wav2vec 2.0 base does): they take no mask, padding
    would reach the vector, so their waveforms go through the model one at a time, at their own length.
    """

    def __init__(self, options: AudioModelOptions, weights: Weights, device: str) -> None:
        from transformers import AutoFeatureExtractor

        super().__init__(options, weights, device)
        self._extractor = AutoFeatureExtractor.from_pretrained(
            weights.folder, local_files_only=True, trust_remote_code=False
        )
        whole = pretrained(weights, dtype=options.dtype, device=device, pooling=options.pooling)
        self._joint = hasattr(whole, "get_audio_features")
        self._model = whole.get_encoder() if whole.config.is_encoder_decoder else whole
        self._alone = getattr(whole.config, "feat_extract_norm", "") == "group"
        self._input = self._extractor.model_input_names[0]
        self.dim = _dim(whole.config, joint=self._joint)

    def prepare(self, view: Any, modality: str) -> Inputs:
        """Return the model's features of a waveform, and a mask of those that are sound where there are others."""
        found = self._extractor(
            view, sampling_rate=self._extractor.sampling_rate, return_tensors="np", return_attention_mask=True
        )
        inputs = {self._input: np.asarray(found[self._input][0], dtype=np.float32)}
        for name in ("attention_mask", "is_longer"):
            if name in found:
                inputs[name] = np.asarray(found[name][0])
        return inputs

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the length to which features like these are padded; zero for waveforms that stay as they are."""
        heard = inputs[self._input]
        if heard.ndim > 1:
            return len(heard)
        return _ALONE if self._alone else padded_length(len(heard), self._extractor.sampling_rate)

    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        if bucket == _ALONE:
            return one_by_one(batch, lambda inputs: self._rows(self._vectors([inputs]))[0])
        if batch[0][self._input].ndim == 1:
            return self._rows(self._vectors([_padded(inputs, bucket) for inputs in batch]))
        return self._rows(self._vectors(batch))

    def _vectors(self, batch: Sequence[Inputs]) -> Any:
        heard = self._stacked(batch, self._input).to(self._model.dtype)
        if self._joint:
            return features(self._model.get_audio_features(heard, is_longer=self._stacked(batch, "is_longer")))
        mask = self._stacked(batch, "attention_mask")
        masked = {} if mask is None or self._alone else {"attention_mask": mask}
        found = self._model(heard, **masked)
        said = self._states_mask(mask, found.last_hidden_state)
        return pooled(found, self._options.pooling, model=self._options.model, mask=said)

    def _states_mask(self, mask: Any, hidden: Any) -> Any:
        """Return which hidden states [n, length] come from sound, given which features do."""
        import torch

        length = hidden.shape[1]
        if mask is None or self._alone:
            return torch.ones(hidden.shape[:2], dtype=torch.long, device=hidden.device)
        if hasattr(self._model, "_get_feature_vector_attention_mask"):
            return self._model._get_feature_vector_attention_mask(length, mask)
        # Whisper halves the number of frames
        return mask[:, :: mask.shape[1] // length][:, :length]

    def _stacked(self, batch: Sequence[Inputs], name: str) -> Any:
        import torch

        if name not in batch[0]:
            return None
        return torch.from_numpy(np.stack([inputs[name] for inputs in batch])).to(self._device)


def _dim(config: Any, *, joint: bool) -> int:
    if joint:
        return int(config.projection_dim)
    adapted = getattr(config, "add_adapter", False)
    return int(config.output_hidden_size if adapted else config.hidden_size)


def _padded(inputs: Inputs, length: int) -> Inputs:
    """Return a waveform and its mask, padded with zeros."""
    return {name: np.pad(array, (0, length - len(array))) for name, array in inputs.items()}


TRANSFORMER = Encoder(
    name="audio/transformer",
    version=1,
    modalities=("audio",),
    summary="A vector from any audio model of transformers, such as wav2vec 2.0, HuBERT, WavLM or Whisper.",
    options=AudioModelOptions,
    view=waveform,
    load=AudioModel.load,
    weights=weights_of,
    embedded={"model": "mmhub_audio:clap"},
)
