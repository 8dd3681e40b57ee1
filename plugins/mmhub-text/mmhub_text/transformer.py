"""Vectors of texts from any transformer: BERT and its kin, sentence encoders, or the text side of a joint model."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from mmhub import (
    Encoder,
    Inputs,
    ModelOptions,
    Pooling,
    TorchModel,
    Weights,
    dense_layers,
    features,
    pooled,
    pretrained,
    prompt_of,
    stated_pooling,
    tokeniser,
    weights_of,
)

if TYPE_CHECKING:
    import torch


class TransformerOptions(ModelOptions):
    """Which model reads the texts, and how its hidden states become one vector."""

    model: str = "google-bert/bert-base-uncased"
    """A model of the Hub, a folder, or ``package:name`` for weights a package ships."""
    pooling: Pooling | Literal["auto"] = "auto"
    """The first token, the mean or last of all, or the model's pooler. ``auto`` is what the model's folder says,
    dense layers included; else the last token of a language model, and the first of any other. A joint model's text
    features ignore it."""
    max_length: int | None = Field(default=None, ge=1)
    """Tokens read of a text; the model's own limit holds as well, and 512 where neither sets one."""
    prompt: str = ""
    """One of the model's own prompts by its name, such as ``query``; it is put before every text."""
    prefix: str = ""
    """What is put before every text, behind the prompt: ``query: `` for E5, ``Instruct: … Query:`` for Qwen3."""


class TextModel(TorchModel[TransformerOptions]):
    """A loaded text encoder."""

    def __init__(self, options: TransformerOptions, weights: Weights, device: str) -> None:
        super().__init__(options, weights, device)
        network = pretrained(weights, dtype=options.dtype, device=device, pooling=options.pooling)
        self._network = network.get_encoder() if network.config.is_encoder_decoder else network
        self._pooling = _pooling(options, weights)
        self._layers: Callable[[torch.Tensor], torch.Tensor] = _as_it_is
        if options.pooling == "auto":
            self._layers = dense_layers(weights, device=device, dtype=network.dtype)
        self._before = prompt_of(weights, options.prompt) + options.prefix
        self._tokens = tokeniser(weights, max_length=options.max_length)
        self.dim = self._measured_dim("a", "text")

    def prepare(self, view: str, modality: str) -> Inputs:
        """Return the ids of a text behind prompt and prefix."""
        return self._tokens.prepare(self._before + view)

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the number of tokens to which a text is padded."""
        return self._tokens.bucket(inputs)

    def _encoded(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        return self._rows(self._vectors(self._tokens.pad(batch, bucket, self._device)))

    def _vectors(self, padded: dict[str, "torch.Tensor"]) -> "torch.Tensor":
        """Return a tensor [n, dim] for padded texts: a joint model's text features, or pooled hidden states."""
        if hasattr(self._network, "get_text_features"):
            return features(self._network.get_text_features(**padded))
        output = self._network(**padded)
        found = pooled(output, self._pooling, model=self._options.model, mask=padded["attention_mask"])
        return found if self._pooling == "pooler" else self._layers(found)


def _as_it_is(states: "torch.Tensor") -> "torch.Tensor":
    return states


def _pooling(options: TransformerOptions, weights: Weights) -> Pooling:
    """Return how to pool: as asked, as the model's authors do, or as its kind of model is usually pooled."""
    if options.pooling != "auto":
        return options.pooling
    return stated_pooling(weights) or ("last" if _is_causal(weights) else "cls")


def _is_causal(weights: Weights) -> bool:
    """Whether a model was made to continue texts: then its last token alone has seen all others."""
    return any("CausalLM" in name for name in weights.config.get("architectures") or ())


def text(value: str, options: TransformerOptions, modality: str) -> str:
    """Return the text itself: all of it is read in the process that holds the model."""
    return value


TRANSFORMER = Encoder(
    name="text/transformer",
    version=2,
    modalities=("text",),
    summary="Encodes texts with any transformer of the Hub, pooled as its authors meant it.",
    options=TransformerOptions,
    view=text,
    load=TextModel.load,
    weights=weights_of,
    embedded={"model": "mmhub_text:bert", "pooling": "mean", "prompt": ""},
)
