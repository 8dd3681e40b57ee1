"""Vectors fused by a head that was learned elsewhere, and is read from a folder without running any code.

The folder holds ``config.json``, as in ``{"kind": "gated", "dims": [512, 768]}``, and ``model.safetensors``. For the
vector x_i of each part i, in the order of ``of``, and an output of length d, the tensors are

- ``gated``: ``value.i.weight`` [d, dim_i] and ``gate.i.weight`` [d, sum of dims], each with a ``bias`` [d] or none.
  The result is the sum of sigmoid(gate_i(x)) * tanh(value_i(x_i)), where x is all parts side by side: the gated
  multimodal unit for more than two parts (Arevalo et al. 2017, arXiv:1702.01992).
- ``attention``: ``value.i.weight`` [d, dim_i], ``score.i.weight`` [h, dim_i], each with a ``bias`` or none, and
  ``query`` [h]. The result is the sum of a_i * value_i(x_i), where a is the softmax of query . tanh(score_i(x_i)) over
  the parts that are there: attentional fusion, without the state of a decoder (Hori et al. 2017, arXiv:1701.03126).

A part that is lacking has no share in the sum, and is zeros in x.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mmhub.errors import ModelError
from mmhub.fusers.unit import unit
from mmhub.models.weights import Weights, locate
from mmhub.operators import FuseOptions, Fuser

_KINDS = ("gated", "attention")


class LearnedOptions(FuseOptions):
    """What is fused, and by which head."""

    model: str
    """A folder with ``config.json`` and ``model.safetensors``, or a repository of the Hub that holds them."""
    revision: str = "main"
    """The branch, tag or commit of the head on the Hub."""


@dataclass(frozen=True)
class Head:
    """A head as its folder holds it: its kind, the lengths of the vectors it takes, and its tensors by name."""

    kind: str
    dims: tuple[int, ...]
    tensors: Mapping[str, np.ndarray]

    def linear(self, name: str, vectors: np.ndarray) -> np.ndarray:
        """Return what a layer makes of vectors, from [n, in] to [n, out]."""
        found = vectors @ self.tensors[f"{name}.weight"].T
        return np.asarray(found + self.tensors.get(f"{name}.bias", np.float32(0)))


def head_weights(options: LearnedOptions, download: bool) -> Weights:
    """Return where the head is. Raises ModelError."""
    return locate(options.model, revision=options.revision, download=download)


def learned(
    parts: Sequence[np.ndarray], present: np.ndarray, options: LearnedOptions, weights: Weights | None
) -> np.ndarray:
    """Return what the head makes of the vectors of each row, scaled to length one before: float32[n, d].

    Raises ModelError where the head takes other vectors, or its folder does not hold one.
    """
    head = read_head(weights or head_weights(options, False))
    dims = tuple(part.shape[1] for part in parts)
    if dims != head.dims:
        raise ModelError(f"the head {options.model!r} fuses vectors of lengths {head.dims}, and these have {dims}")
    scaled = [unit(part) * there[:, np.newaxis] for part, there in zip(parts, present.T, strict=True)]
    fused = (_gated if head.kind == "gated" else _attended)(head, scaled, present).astype(np.float32)
    return unit(fused) if options.normalise else fused


@functools.lru_cache(maxsize=8)
def read_head(weights: Weights) -> Head:
    """Return the head in a folder. Raises ModelError where there is none."""
    from safetensors.numpy import load_file

    kind, dims = weights.config.get("kind"), weights.config.get("dims")
    path = weights.folder / "model.safetensors"
    if kind not in _KINDS or not isinstance(dims, list) or not path.exists():
        raise ModelError(
            f"{weights.model!r} in {weights.folder} holds no head: expected model.safetensors, and config.json with "
            f"a `kind` of {' or '.join(_KINDS)} and `dims`"
        )
    tensors = {name: tensor.astype(np.float32) for name, tensor in load_file(path).items()}
    lacking = [name for name in _names(kind, len(dims)) if name not in tensors]
    if lacking:
        raise ModelError(f"the head {weights.model!r} in {weights.folder} lacks the tensor {lacking[0]!r}")
    return Head(kind, tuple(int(dim) for dim in dims), tensors)


def _names(kind: str, parts: int) -> list[str]:
    layers = ("value", "gate") if kind == "gated" else ("value", "score")
    names = [f"{layer}.{part}.weight" for part in range(parts) for layer in layers]
    return names if kind == "gated" else [*names, "query"]


def _gated(head: Head, parts: Sequence[np.ndarray], present: np.ndarray) -> np.ndarray:
    whole = np.concatenate(parts, axis=1)
    shares = (
        np.tanh(head.linear(f"value.{n}", part)) / (1 + np.exp(-head.linear(f"gate.{n}", whole)))
        for n, part in enumerate(parts)
    )
    return _summed(shares, present.T)


def _attended(head: Head, parts: Sequence[np.ndarray], present: np.ndarray) -> np.ndarray:
    asked = [np.tanh(head.linear(f"score.{n}", part)) @ head.tensors["query"] for n, part in enumerate(parts)]
    scores = np.where(present, np.stack(asked, axis=1), -np.inf)
    highest = scores.max(axis=1, keepdims=True)
    weights = np.exp(scores - np.where(np.isfinite(highest), highest, 0))
    weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    return _summed((head.linear(f"value.{n}", part) for n, part in enumerate(parts)), weights.T)


def _summed(vectors: Iterable[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Return the sum of vectors [n, d] of each part, weighted by row."""
    return np.asarray(sum(each * weight[:, np.newaxis] for each, weight in zip(vectors, weights, strict=True)))


LEARNED = Fuser(
    name="fuse/learned",
    version=1,
    summary="What a head that was learned, gated or by attention, makes of the vectors of a row.",
    options=LearnedOptions,
    fuse=learned,
    weights=head_weights,
)
