"""Batches through an encoder: prepared in threads, grouped by length, padded to one shape, put back in order."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np

from mmhub.bound import Bound
from mmhub.operators import Model
from mmhub.units import Fault

_THREADS = 2


def load(bound: Bound, device: str) -> Model:
    """Return the model of an encoder step, loaded once per process for each set of options and weights."""
    return _load(bound.operator, bound.options, bound.weights, device)


@lru_cache(maxsize=8)
def _load(operator: Any, options: Any, weights: Any, device: str) -> Model:
    model: Model = operator.load(options, weights, device)
    return model


def encode(bound: Bound, model: Model, views: Sequence[Any]) -> list[np.ndarray | Fault]:
    """Return float32[dim] for each view, in order; or the fault, where the encoder failed on one.

    Every forward pass has the same number of values, the last of a bucket repeated where there are too few, so that
    a vector does not depend on its neighbours.
    """
    found: list[np.ndarray | Fault | None] = [None] * len(views)
    buckets: dict[int, list[tuple[int, Any]]] = defaultdict(list)
    with ThreadPoolExecutor(_THREADS) as threads:
        for place, inputs in enumerate(threads.map(lambda view: _prepared(bound, model, view), views)):
            if isinstance(inputs, Fault):
                found[place] = inputs
            else:
                buckets[model.bucket(inputs, bound.modality)].append((place, inputs))
    for bucket, members in sorted(buckets.items()):
        for start in range(0, len(members), model.batch_size):
            batch = members[start : start + model.batch_size]
            for (place, _), vector in zip(batch, _forward(bound, model, bucket, batch), strict=True):
                found[place] = vector
    return [Fault("operator-error", "no vector") if each is None else each for each in found]


def _prepared(bound: Bound, model: Model, view: Any) -> Any:
    try:
        return model.prepare(view, bound.modality)
    except Exception as error:  # noqa: BLE001  (a plugin may raise anything)
        return _fault(bound, error)


def _forward(bound: Bound, model: Model, bucket: int, batch: Sequence[tuple[int, Any]]) -> list[np.ndarray | Fault]:
    """Return the vectors of one batch; where the pass fails, each value is tried in a batch of its own."""
    inputs = [each for _, each in batch]
    full = inputs + [inputs[-1]] * (model.batch_size - len(inputs))
    try:
        vectors = np.asarray(model.forward(full, bucket, bound.modality), dtype=np.float32)
        if vectors.shape != (model.batch_size, model.dim):
            raise ValueError(f"vectors of shape {vectors.shape}, expected {(model.batch_size, model.dim)}")
    except Exception as error:  # noqa: BLE001  (a plugin may raise anything)
        if len(batch) == 1:
            return [_fault(bound, error)]
        return [each for one in batch for each in _forward(bound, model, bucket, [one])]
    return [
        vector if np.isfinite(vector).all() else Fault("operator-error", f"{bound.step}: the vector is not finite")
        for vector in vectors[: len(batch)]
    ]


def _fault(bound: Bound, error: Exception) -> Fault:
    return Fault("operator-error", f"{bound.step}: {type(error).__name__}: {error}")
