"""How texts are given to a model, one at a time, as the documentation of its class shows."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.encoder_parts import loaded
from evidence.encoder_trial import Values

if TYPE_CHECKING:
    import torch

Call = Callable[[Any, Any], "torch.Tensor"]


def read_texts(folder: Path, values: Values, call: Call, *, kind: str = "AutoModel", **ways: Any) -> "torch.Tensor":
    """Return what ``call`` makes of a model and what its tokenizer gives it of each text."""
    import torch
    import transformers

    reader, model = transformers.AutoTokenizer.from_pretrained(folder), loaded(folder, kind)
    inputs = (reader(value, truncation=True, return_tensors="pt", **ways) for value in values)
    return torch.cat([call(model, each) for each in inputs])


def text_features(folder: Path, values: Values) -> "torch.Tensor":
    """Return what a joint model makes of texts."""
    return read_texts(folder, values, lambda model, inputs: model.get_text_features(**inputs).pooler_output)
