"""Whether an encoder's vector is finite, of the type it says, and depends on the value alone."""

import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from mmhub.binding.bound import Bound
from mmhub.encoding.batches import Batches
from mmhub.faults import Fault
from mmhub.operators import Encoder, Inputs, Model
from mmhub.testing.trial import Trial


def check_encoder(encoder: Encoder, trial: Trial) -> Iterator[str]:
    """Yield what is wrong with the vectors of samples, made with the weights the plugin ships, on the CPU."""
    options = trial.chosen(encoder)
    weights = encoder.weights(options, False) if encoder.weights else None
    model = encoder.load(options, weights, "cpu")
    for name in ("dim", "batch_size"):
        if not isinstance(getattr(model, name, None), int):
            yield f"{encoder.name!r}: its model has no number {name!r}"
            return
    for modality in encoder.modalities:
        bound = Bound(encoder.name, encoder.name, "encode", (modality,), encoder, options, "", modality=modality)
        views = [encoder.view(value, options, modality) for value in trial.values(modality)]
        if any(view is None for view in views):
            yield f"{encoder.name!r}: `view` returns None for {modality}: expected what the model needs of a value"
            return
        yield from _check_views(encoder, views)
        wrong = list(_check_forward(encoder, model, views, modality))
        yield from wrong or _check_vectors(bound, model, views)


def _check_views(encoder: Encoder, views: Sequence[Any]) -> Iterator[str]:
    for view in views:
        try:
            pickle.loads(pickle.dumps(view))
        except Exception as error:  # noqa: BLE001  (pickle raises whatever the object at hand raises)
            yield (
                f"{encoder.name!r}: what `view` returns cannot leave the worker process "
                f"({type(error).__name__}: {error}): expected arrays or texts"
            )
            return


def _check_forward(encoder: Encoder, model: Model, views: Sequence[Any], modality: str) -> Iterator[str]:
    """Yield what is wrong with one forward pass, as its plugin answers it."""
    inputs: list[Inputs] = [model.prepare(view, modality) for view in views][:1] * model.batch_size
    vectors = model.forward(inputs, model.bucket(inputs[0], modality), modality)
    expected = (model.batch_size, model.dim)
    if not isinstance(vectors, np.ndarray) or vectors.dtype != np.float32:
        kind = vectors.dtype if isinstance(vectors, np.ndarray) else type(vectors).__name__
        yield f"{encoder.name!r} returns vectors of {kind}: expected an array of float32"
    elif vectors.shape != expected:
        yield f"{encoder.name!r} returns vectors of shape {vectors.shape}: expected {expected}, batch_size by dim"


def _check_vectors(bound: Bound, model: Model, views: Sequence[Any]) -> Iterator[str]:
    together = _encoded(bound, model, views)
    for number, vector in enumerate(together):
        if isinstance(vector, Fault):
            yield f"{bound.name!r} has no vector for sample {number} of {bound.modality}: {vector.message}"
            return
    if not _equal(together, _encoded(bound, model, views)):
        yield (
            f"{bound.name!r} gives values of {bound.modality} other vectors when it is asked again: expected the same, "
            "so what is random must come from a generator that is seeded anew for every value"
        )
        return
    alone = [vector for view in views for vector in _encoded(bound, model, [view])]
    if not _equal(together, alone):
        yield f"{bound.name!r} gives a value of {bound.modality} alone another vector than the same value among others"
    if not _equal(together, _encoded(bound, model, views[::-1])[::-1]):
        yield f"{bound.name!r} gives other vectors when values of {bound.modality} come in another order"


def _encoded(bound: Bound, model: Model, views: Sequence[Any]) -> list[np.ndarray | Fault]:
    """Return the vectors of views, in their order, as a build would make them."""
    with ThreadPoolExecutor(1) as threads:
        batches: Batches[int] = Batches(bound, model, threads)
        for place, view in enumerate(views):
            batches.add(place, view)
        found = dict(batches.rest())
    return [found[place] for place in range(len(views))]


def _equal(some: Sequence[np.ndarray | Fault], others: Sequence[np.ndarray | Fault]) -> bool:
    return all(np.array_equal(np.asarray(one), np.asarray(other)) for one, other in zip(some, others, strict=True))
