"""What every encoder built on `transformers` shares: loading, pooling, and vectors as numpy arrays.

torch and transformers are imported when a model is loaded, never before.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mmhub.errors import ModelError
from mmhub.models.weights import Weights
from mmhub.operators import Inputs

if TYPE_CHECKING:
    import torch

Pooling = Literal["cls", "mean", "last", "pooler"]
_UNREAD = ("masked_spec_embed", "predictor.", "lm_head", "logit_scale", "logit_bias")
"""Parts of the names of weights that a model may lack, as no vector depends on them: they serve its training."""


def pretrained(
    weights: Weights, *, dtype: str, device: str, auto: str = "AutoModel", pooling: str | None = None
) -> Any:
    """Return the model in ``weights``, in evaluation mode on ``device``, through a class of transformers.

    Reads safetensors alone and runs no code from the model's repository. Raises ModelError where the folder
    does not hold a model of that class, or not all of the weights that vectors depend on: a pooler may be
    lacking unless ``pooling`` asks for it.
    """
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    try:
        # What transformers has to say about its own docstrings would stand among the answers of `--json`.
        with redirect_stdout(io.StringIO()):
            model, told = getattr(transformers, auto).from_pretrained(
                weights.folder,
                dtype=getattr(torch, dtype),
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
                output_loading_info=True,
            )
    except (OSError, ValueError, ImportError) as error:
        raise ModelError(f"{weights.model!r} in {weights.folder} cannot be loaded as {auto}: {error}") from error
    made_up = _made_up(model, told["missing_keys"], pooling)
    if made_up:
        raise ModelError(
            f"{weights.model!r} in {weights.folder} lacks {made_up[0]!r}, which a {type(model).__name__} needs: "
            "its vectors would be random"
        )
    return model.eval().to(device)


def _made_up(model: Any, missing: Iterable[str], pooling: str | None) -> list[str]:
    """Return the weights that vectors depend on and that transformers has made up, as the folder lacks them."""
    unread = [*_UNREAD, *(["decoder."] if model.config.is_encoder_decoder else [])]
    needed = [name for name in missing if not any(part in name for part in unread)]
    return sorted(name for name in needed if pooling == "pooler" or not name.startswith("pooler."))


def pool(hidden: "torch.Tensor", mask: "torch.Tensor", pooling: Pooling) -> "torch.Tensor":
    """Return one vector per sequence from hidden states [n, length, dim] and a mask [n, length] of ones and zeros.

    ``cls`` takes the first position, ``last`` the last unmasked one, ``mean`` the mean over unmasked positions.
    """
    import torch

    if pooling == "cls":
        return hidden[:, 0]
    if pooling == "last":
        last = mask.shape[1] - 1 - mask.flip(1).argmax(dim=1)
        return hidden[torch.arange(len(hidden), device=hidden.device), last]
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1)


def pooled(output: Any, pooling: Pooling, *, model: str, mask: "torch.Tensor | None" = None) -> "torch.Tensor":
    """Return a tensor [n, dim] from the output of ``model``: its own pooler's, or its hidden states pooled, see `pool`.

    Without a ``mask`` [n, length] all positions count. Raises ModelError where a pooler is asked for and there is none.
    """
    if pooling != "pooler":
        hidden = output.last_hidden_state
        return pool(hidden, hidden.new_ones(hidden.shape[:2]) if mask is None else mask, pooling)
    if output.get("pooler_output") is None:
        raise ModelError(f"{model!r} has no pooler: choose pooling 'cls', 'mean' or 'last'")
    found: torch.Tensor = output.pooler_output
    return found


def features(output: Any) -> "torch.Tensor":
    """Return the tensor of a model's `get_…_features`, which some models wrap in an output object."""
    found: torch.Tensor = getattr(output, "pooler_output", output)
    return found


def vectors(tensor: "torch.Tensor", *, normalise: bool) -> np.ndarray:
    """Return a tensor [n, dim] as float32 rows, scaled to length one if asked."""
    rows = tensor.detach().float()
    if normalise:
        rows = rows / rows.norm(dim=-1, keepdim=True).clamp(min=1e-12)
    return np.ascontiguousarray(rows.cpu().numpy(), dtype=np.float32)


def one_by_one(batch: Sequence[Inputs], encode: Callable[[Inputs], np.ndarray]) -> np.ndarray:
    """Return what ``encode`` makes of each value, float32[dim], as float32[n, dim].

    For models in which a neighbour, or padding, would show in a vector. A value that fills up the batch is encoded
    once.
    """
    known = {id(inputs): inputs for inputs in batch}
    found = {each: encode(inputs) for each, inputs in known.items()}
    return np.stack([found[id(inputs)] for inputs in batch])
