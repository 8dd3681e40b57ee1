"""Vectors of texts from any transformer: BERT and its kin, sentence encoders, or the text side of a joint model."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from mmhub import (
    Encoder,
    Inputs,
    ModelError,
    ModelOptions,
    Pooling,
    Weights,
    features,
    locate,
    pool,
    pretrained,
    tokeniser,
    vectors,
)

if TYPE_CHECKING:
    import torch


class TransformerOptions(ModelOptions):
    """Which model reads the texts, and how its hidden states become one vector."""

    model: str = "google-bert/bert-base-uncased"
    """A model of the Hub, a folder, or ``package:name`` for weights a package ships."""
    pooling: Pooling = "cls"
    """The first token, the mean or last of all, or the model's pooler; a joint model's text features ignore it."""
    max_length: int | None = Field(default=None, ge=1)
    """Tokens read of a text; the model's own limit holds as well, and 512 where neither sets one."""
    prefix: str = ""
    """What is put before every text, such as ``query: `` for E5."""


class TextModel:
    """A loaded text encoder, as `mmhub.Model` describes it."""

    def __init__(self, options: TransformerOptions, weights: Weights, device: str) -> None:
        network = pretrained(weights, dtype=options.dtype, device=device)
        self._network = network.get_encoder() if network.config.is_encoder_decoder else network
        self._tokens = tokeniser(weights, max_length=options.max_length)
        self._options = options
        self._device = device
        self.batch_size = options.batch_size
        self.dim = self._measured_dim()

    def _measured_dim(self) -> int:
        probe = self.prepare("a", "text")
        return int(self.forward([probe], self.bucket(probe, "text"), "text").shape[1])

    def prepare(self, view: str, modality: str) -> Inputs:
        """Return the ids of a text behind the prefix."""
        return self._tokens.prepare(self._options.prefix + view)

    def bucket(self, inputs: Inputs, modality: str) -> int:
        """Return the number of tokens to which a text is padded."""
        return self._tokens.bucket(inputs)

    def forward(self, batch: Sequence[Inputs], bucket: int, modality: str) -> np.ndarray:
        """Return float32[n, dim], one vector per text."""
        import torch

        with torch.inference_mode():
            padded = self._tokens.pad(batch, bucket, self._device)
            return vectors(_pooled(self._network, padded, self._options), normalise=self._options.normalise)


def _pooled(network: Any, padded: dict[str, "torch.Tensor"], options: TransformerOptions) -> Any:
    """Return a tensor [n, dim] for padded texts: a joint model's text features, or pooled hidden states."""
    if hasattr(network, "get_text_features"):
        return features(network.get_text_features(**padded))
    output = network(**padded)
    if options.pooling != "pooler":
        return pool(output.last_hidden_state, padded["attention_mask"], options.pooling)
    if output.get("pooler_output") is None:
        raise ModelError(f"{options.model!r} has no pooler: choose pooling 'cls', 'mean' or 'last'")
    return output.pooler_output


def load(options: TransformerOptions, weights: Weights | None, device: str) -> TextModel:
    """Return the text encoder in ``weights``; raises ModelError where the model or its tokenizer cannot be loaded."""
    return TextModel(options, weights or weights_of(options, False), device)


def text(value: str, options: TransformerOptions, modality: str) -> str:
    """Return the text itself: all of it is read in the process that holds the model."""
    return value


def weights_of(options: TransformerOptions, download: bool) -> Weights:
    """Return the weights the options name; raises ModelError where they cannot be had."""
    return locate(options.model, revision=options.revision, download=download)


TRANSFORMER = Encoder(
    name="text/transformer",
    version=1,
    modalities=("text",),
    summary="Encodes texts with any transformer of the Hub, pooled as its authors meant it.",
    options=TransformerOptions,
    view=text,
    load=load,
    weights=weights_of,
    embedded={"model": "mmhub_text:bert", "pooling": "mean"},
)
