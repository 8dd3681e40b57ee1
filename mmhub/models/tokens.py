"""Texts as tokens: how every text encoder cuts, buckets and pads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mmhub.errors import ModelError
from mmhub.models.weights import Weights
from mmhub.operators import Inputs

if TYPE_CHECKING:
    import torch

STEP = 16
"""Texts are padded to the next multiple of this many tokens."""


@dataclass(frozen=True)
class Tokeniser:
    """A model's own tokenizer, the most tokens it may return, and how its texts are padded.

    ``fixed`` models (SigLIP) were trained on texts padded to the full length, without a mask.
    """

    tokenizer: Any
    longest: int
    fixed: bool

    def prepare(self, text: str) -> Inputs:
        """Return the ``ids`` int64[n] of a text, cut after ``longest`` tokens; several threads may ask at once."""
        ids = self.tokenizer(text, truncation=True, max_length=self.longest)["input_ids"]
        return {"ids": np.array(ids or [self._padding], dtype=np.int64)}

    def bucket(self, inputs: Inputs) -> int:
        """Return the number of tokens to which a prepared text is padded."""
        if self.fixed:
            return self.longest
        return min(-(-len(inputs["ids"]) // STEP) * STEP, self.longest)

    def pad(self, batch: Sequence[Inputs], bucket: int, device: str) -> dict[str, "torch.Tensor"]:
        """Return prepared texts as ``input_ids`` and ``attention_mask``, int64[n, bucket].

        They are padded on the right, where a mask tells padding, and else as the model was trained.
        """
        import torch

        ids = np.full((len(batch), bucket), self._padding, dtype=np.int64)
        mask = np.zeros((len(batch), bucket), dtype=np.int64)
        for row, inputs in enumerate(batch):
            count = len(inputs["ids"])
            start = bucket - count if self.fixed and self.tokenizer.padding_side == "left" else 0
            ids[row, start : start + count] = inputs["ids"]
            mask[row, start : start + count] = 1
        padded = {"input_ids": torch.from_numpy(ids).to(device)}
        if not self.fixed:
            padded["attention_mask"] = torch.from_numpy(mask).to(device)
        return padded

    @property
    def _padding(self) -> int:
        known = self.tokenizer.pad_token_id
        return 0 if known is None else int(known)


def tokeniser(weights: Weights, *, max_length: int | None = None) -> Tokeniser:
    """Return the tokeniser in the folder of ``weights``, for texts of at most ``max_length`` tokens.

    The limit of the model holds as well, and 512 where neither sets one. Raises ModelError where the folder holds
    no tokenizer.
    """
    from transformers import AutoTokenizer

    # transformers makes an empty tokenizer up where there are no files of one.
    if not any((weights.folder / name).exists() for name in _FILES):
        raise ModelError(f"{weights.model!r} in {weights.folder} has no tokenizer: it reads no texts")
    try:
        tokenizer = AutoTokenizer.from_pretrained(weights.folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise ModelError(f"{weights.model!r} in {weights.folder} has no usable tokenizer: {error}") from error
    fixed = str(weights.config.get("model_type", "")).startswith("siglip")
    limits = [_stated(tokenizer.model_max_length), _positions(weights.config), max_length]
    made = Tokeniser(tokenizer, min((limit for limit in limits if limit), default=_UNLIMITED), fixed)
    # The first call sets the limit in the tokenizer, which must not happen in two threads at once.
    made.prepare("")
    return made


def _stated(limit: float) -> int | None:
    """Return a tokenizer's own limit; transformers writes a huge number where it has none."""
    return int(limit) if limit < 1_000_000 else None


def _positions(config: dict[str, Any]) -> int | None:
    """Return how many tokens a text may have by a model's configuration, if it sets a limit."""
    text = config.get("text_config") or config
    positions = text.get("max_position_embeddings")
    if positions is None:
        # transformers leaves what equals the class's default out of a nested configuration
        return _DEFAULT_POSITIONS.get(str(config.get("model_type")))
    # RoBERTa counts positions from after its padding token.
    after_padding = text.get("model_type") in _FROM_PADDING
    return int(positions) - (int(text.get("pad_token_id", 1)) + 1 if after_padding else 0)


_UNLIMITED = 512
_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "vocab.txt", "spiece.model")
_DEFAULT_POSITIONS = {"clip": 77, "xclip": 77, "siglip": 64, "siglip2": 64, "clap": 512, "blip": 512}
_FROM_PADDING = ("roberta", "xlm-roberta", "camembert", "clap_text_model")
