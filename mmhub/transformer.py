"""What every encoder built on `transformers` shares: loading, pooling, and vectors as numpy arrays.

torch and transformers are imported when a model is loaded, never before.
"""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mmhub.errors import ModelError
from mmhub.models import Weights

if TYPE_CHECKING:
    import torch

Pooling = Literal["cls", "mean", "last", "pooler"]


def pretrained(weights: Weights, *, dtype: str, device: str, auto: str = "AutoModel") -> Any:
    """Return the model in ``weights``, in evaluation mode on ``device``, through a class of transformers.

    Reads safetensors alone and runs no code from the model's repository. Raises ModelError where the folder
    does not hold a model of that class.
    """
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    try:
        model = getattr(transformers, auto).from_pretrained(
            weights.folder,
            dtype=getattr(torch, dtype),
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError) as error:
        raise ModelError(f"{weights.model!r} in {weights.folder} cannot be loaded as {auto}: {error}") from error
    return model.eval().to(device)


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
