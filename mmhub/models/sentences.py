"""What a sentence encoder's folder says of how it is used, in the files of sentence-transformers.

Its prompts, how hidden states are pooled, and the dense layers that follow (Reimers and Gurevych 2019,
arXiv:1908.10084).
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mmhub.errors import ModelError, near
from mmhub.models.transformer import Pooling
from mmhub.models.weights import Weights

if TYPE_CHECKING:
    import torch

_POOLINGS: dict[str, Pooling] = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_lasttoken": "last",
}
_ACTIVATIONS = ("Identity", "Tanh", "ReLU", "GELU")
_ELSEWHERE = ("Transformer", "Pooling", "Normalize")


def prompt_of(weights: Weights, name: str) -> str:
    """Return the model's prompt called ``name``, such as ``query``; nothing where no name is given.

    Raises ModelError where the model has no such prompt.
    """
    known = dict(weights.read("config_sentence_transformers.json").get("prompts") or {})
    if name and name not in known:
        offered = f"it has {', '.join(known)}" if known else "it has none: write it out as `prefix`"
        raise ModelError(f"{weights.model!r} has no prompt {name!r}: {offered}{near(name, known)}")
    return str(known[name]) if name else ""


def stated_pooling(weights: Weights) -> Pooling | None:
    """Return how the model's authors pool its hidden states, or None where the folder does not say.

    Raises ModelError for a way of pooling that is none of ours.
    """
    said = [each["path"] for each in _modules(weights) if _kind(each) == "Pooling"]
    config = weights.read(f"{said[0] if said else '1_Pooling'}/config.json")
    modes = [name for name, on in config.items() if name.startswith("pooling_mode") and on is True]
    if not modes:
        return None
    if len(modes) > 1 or modes[0] not in _POOLINGS:
        raise ModelError(f"{weights.model!r} is pooled by {', '.join(modes)}, which mmhub does not do: set `pooling`")
    return _POOLINGS[modes[0]]


def dense_layers(weights: Weights, *, device: str, dtype: "torch.dtype") -> "Callable[[torch.Tensor], torch.Tensor]":
    """Return what the model's authors apply to pooled states, from [n, hidden] to [n, dim].

    Raises ModelError for a module that is no dense layer.
    """
    import torch

    layers = torch.nn.Sequential()
    for module in (each for each in _modules(weights) if _kind(each) not in _ELSEWHERE):
        if _kind(module) != "Dense":
            raise ModelError(f"{weights.model!r} ends in a {_kind(module)}, which mmhub does not do: set `pooling`")
        layers.extend(_dense(weights, module["path"]))
    return layers.eval().to(device=device, dtype=dtype)


def _dense(weights: Weights, path: str) -> "list[torch.nn.Module]":
    import torch
    from safetensors.torch import load_file

    config = weights.read(f"{path}/config.json")
    name = str(config.get("activation_function", "Tanh")).rpartition(".")[2]
    if name not in _ACTIVATIONS:
        raise ModelError(f"{weights.model!r} activates {path} by {name}, which mmhub does not do: set `pooling`")
    linear = torch.nn.Linear(config["in_features"], config["out_features"], bias=bool(config.get("bias", True)))
    tensors = load_file(weights.folder / path / "model.safetensors")
    linear.load_state_dict({key.removeprefix("linear."): tensor for key, tensor in tensors.items()})
    return [linear, getattr(torch.nn, name)()]


def _modules(weights: Weights) -> list[dict[str, Any]]:
    path = weights.folder / "modules.json"
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


def _kind(module: dict[str, Any]) -> str:
    return str(module["type"]).rpartition(".")[2]
