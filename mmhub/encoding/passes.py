"""Forward passes of one encoder, all of one shape: the vectors that come out, checked, or why a value has none."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from operator import index
from typing import Any

import numpy as np

from mmhub.binding.bound import Bound
from mmhub.encoding.exhausted import make_room, ran_out
from mmhub.errors import MmhubError
from mmhub.faults import Fault
from mmhub.operators import Inputs, Model
from mmhub.workers.ask import described

_ALL_EXHAUSTED = 8
"""How many values of a batch may run out of memory alone, before any does not: then the batch is too large."""
_NO_MEMORY = "out-of-memory"


class Passes:
    """Values through the model of one step; those of a batch it fails on are tried each in a pass of its own."""

    def __init__(self, bound: Bound, model: Model, unpack: Callable[[Any], Any]) -> None:
        self._bound, self._model, self._unpack = bound, model, unpack

    def prepared(self, view: Any) -> tuple[Inputs, int] | Fault:
        """Return what the model reads of a view, and its bucket. Any thread may ask for it; Ctrl-C is not its fault."""
        try:
            inputs = self._model.prepare(self._unpack(view), self._bound.modality)
            return inputs, index(self._model.bucket(inputs, self._bound.modality))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  (a plugin may raise anything)
            return self._fault(error)

    def vector(self, view: Any) -> np.ndarray | Fault:
        """Return the vector of a view, prepared and in a pass of its own, or why it has none."""
        (found,) = self.of_views([view])
        return found

    def of_views(self, views: Sequence[Any]) -> list[np.ndarray | Fault]:
        """Return the vector of each view, prepared and in a pass with others of its length, or why it has none."""
        found: dict[int, np.ndarray | Fault] = {}
        buckets: dict[int, dict[int, Inputs]] = defaultdict(dict)
        for place, prepared in enumerate(map(self.prepared, views)):
            if isinstance(prepared, Fault):
                found[place] = prepared
            else:
                inputs, bucket = prepared
                buckets[bucket][place] = inputs
        for bucket, batch in buckets.items():
            found.update(zip(batch, self.vectors(list(batch.values()), bucket), strict=True))
        return [found[place] for place in range(len(views))]

    def vectors(self, batch: Sequence[Inputs], bucket: int) -> Iterator[np.ndarray | Fault]:
        """Yield the vector, float32[dim], of each value of a batch, or why it has none.

        Raises MmhubError where there is not enough memory for any of several.
        """
        if len(batch) > 1:
            found = self._passed(batch, bucket)
            if not isinstance(found, Fault):
                yield from found
                return
        exhausted = 0
        for number, inputs in enumerate(batch, start=1):
            alone = self._alone(inputs, bucket)
            exhausted += isinstance(alone, Fault) and alone.reason == _NO_MEMORY
            if exhausted == number == min(len(batch), _ALL_EXHAUSTED) and len(batch) > 1:
                raise self._too_large()
            yield alone

    def _alone(self, inputs: Inputs, bucket: int) -> np.ndarray | Fault:
        """Return the vector of a value in a pass of its own, tried twice where memory is short."""
        found = self._passed([inputs], bucket)
        if isinstance(found, Fault) and found.reason == _NO_MEMORY:
            make_room()
            found = self._passed([inputs], bucket)
        return found if isinstance(found, Fault) else found[0]

    def _passed(self, batch: Sequence[Inputs], bucket: int) -> list[np.ndarray | Fault] | Fault:
        """Return what comes out of one pass, filled up to its size; one fault where nothing does."""
        size = self._model.batch_size
        full = [*batch, *[batch[-1]] * (size - len(batch))]
        try:
            made = np.asarray(self._model.forward(full, bucket, self._bound.modality))
            if made.shape != (size, self._model.dim):
                raise ValueError(f"vectors of shape {made.shape}, expected {(size, self._model.dim)}")
            with np.errstate(over="ignore"):
                # A copy, as a model may use the memory of its vectors again.
                vectors = made.astype(np.float32, casting="same_kind")
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  (a plugin may raise anything)
            return self._fault(error)
        return [self._checked(vector) for vector in vectors[: len(batch)]]

    def _checked(self, vector: np.ndarray) -> np.ndarray | Fault:
        if np.isfinite(vector).all():
            return vector
        return Fault("operator-error", f"{self._bound.step}: the vector is not finite")

    def _fault(self, error: BaseException) -> Fault:
        """Return what an error costs its value."""
        if ran_out(error):
            where = f"alone in a pass of {self._model.batch_size}"
            return Fault(_NO_MEMORY, f"{self._bound.step}: there is not enough memory for this value, {where}")
        return Fault("operator-error", f"{self._bound.step}: {described(error)}")

    def _too_large(self) -> MmhubError:
        return MmhubError(
            f"{self._bound.step} ran out of memory with {self._model.batch_size} values at once: "
            f"take fewer with `--set {self._bound.step}.batch_size=N`"
        )
