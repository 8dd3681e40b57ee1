"""The models of encoder steps, each loaded once per process."""

from functools import lru_cache
from typing import Any

from mmhub.binding.bound import Bound
from mmhub.encoding.apart import Apart
from mmhub.errors import MmhubError, PluginError
from mmhub.importing import uncollected
from mmhub.operators import Model
from mmhub.workers.ask import described


def load(bound: Bound, device: str) -> Model:
    """Return the model of an encoder step, loaded once per process for each set of options and weights.

    Raises PluginError where its plugin cannot load it, or makes something else of it than a model.
    """
    try:
        model = _load(bound.operator, bound.options, bound.weights, device)
        sizes = {name: getattr(model, name) for name in ("dim", "batch_size")}
    except (MmhubError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise PluginError(f"{bound.step} cannot be loaded on {device}: {described(error)}") from error
    for name, size in sizes.items():
        if not isinstance(size, int) or size < 1:
            raise PluginError(f"{bound.step}: its model has {name} {size!r}, expected a whole number above zero")
    return model


@lru_cache(maxsize=8)
def _load(operator: Any, options: Any, weights: Any, device: str) -> Model:
    with uncollected():
        return Apart(lambda: operator.load(options, weights, device))
