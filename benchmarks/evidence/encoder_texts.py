"""Encoders of texts, and how the documentation of each class calls it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.encoder_parts import TEXT, loaded, save, tokenizer
from evidence.encoder_reading import read_texts
from evidence.encoder_trial import Case, Values
from mmhub_text.transformer import TRANSFORMER

if TYPE_CHECKING:
    import torch

_LONGEST = 40
_INSTRUCTION = "Instruct: find the caption\nQuery:"


def _bert(folder: Path) -> None:
    import transformers

    config = transformers.BertConfig(**TEXT, max_position_embeddings=_LONGEST)
    save(folder, transformers.BertModel(config), tokenizer(_LONGEST))


def _modernbert(folder: Path) -> None:
    import transformers

    config = transformers.ModernBertConfig(
        **TEXT, cls_token_id=1, sep_token_id=2, max_position_embeddings=_LONGEST, local_attention=8
    )
    save(folder, transformers.ModernBertModel(config), tokenizer(_LONGEST))


def _qwen3(folder: Path) -> None:
    import transformers

    config = transformers.Qwen3Config(
        **TEXT, num_key_value_heads=1, head_dim=16, max_position_embeddings=128, architectures=["Qwen3ForCausalLM"]
    )
    save(folder, transformers.Qwen3ForCausalLM(config), tokenizer(128, padding_side="left"))


def _first(folder: Path, values: Values) -> "torch.Tensor":
    return _states(folder, values, lambda hidden: hidden[:, 0])


def _mean(folder: Path, values: Values) -> "torch.Tensor":
    return _states(folder, values, lambda hidden: hidden.mean(dim=1))


def _last(folder: Path, values: Values) -> "torch.Tensor":
    """Return what Qwen3-Embedding documents: an instruction, padding on the left, and the last state."""
    import transformers

    texts = [f"{_INSTRUCTION}{value}" for value in values]
    inputs = transformers.AutoTokenizer.from_pretrained(folder, padding_side="left")(
        texts, padding=True, truncation=True, max_length=128, return_tensors="pt"
    )
    found: torch.Tensor = loaded(folder)(**inputs).last_hidden_state[:, -1]
    return found


def _states(folder: Path, values: Values, pooled: "Callable[[Any], torch.Tensor]") -> "torch.Tensor":
    return read_texts(folder, values, lambda model, inputs: pooled(model(**inputs).last_hidden_state))


CASES = (
    Case("bert", TRANSFORMER, "text", _bert, _first),
    Case("modernbert", TRANSFORMER, "text", _modernbert, _mean, {"pooling": "mean"}),
    Case("qwen3-embedding", TRANSFORMER, "text", _qwen3, _last, {"prefix": _INSTRUCTION}),
)
