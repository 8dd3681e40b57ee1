"""Batches through an encoder: prepared in threads ahead of the forward pass, grouped by length, all of one shape."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from operator import index
from typing import Any, Generic, TypeVar

import numpy as np

from mmhub.binding.bound import Bound
from mmhub.errors import MmhubError
from mmhub.faults import Fault
from mmhub.importing import uncollected
from mmhub.operators import Model
from mmhub.workers.ask import described

Tag = TypeVar("Tag")
_ALL_FAILED = 100
"""How many values an encoder may fail on before it has made any vector: then it is not the values that are broken."""


def load(bound: Bound, device: str) -> Model:
    """Return the model of an encoder step, loaded once per process for each set of options and weights."""
    return _load(bound.operator, bound.options, bound.weights, device)


@lru_cache(maxsize=8)
def _load(operator: Any, options: Any, weights: Any, device: str) -> Model:
    with uncollected():
        model: Model = operator.load(options, weights, device)
    return model


class Batches(Generic[Tag]):
    """Views on their way through one encoder.

    Every forward pass has the same number of values, the last of a bucket repeated where there are too few in the
    end, so that a vector does not depend on its neighbours. ``unpack`` makes a view of what stands for one.
    """

    def __init__(
        self,
        bound: Bound,
        model: Model,
        threads: ThreadPoolExecutor,
        *,
        unpack: Callable[[Any], Any] = lambda view: view,
    ) -> None:
        self._bound, self._model, self._threads, self._unpack = bound, model, threads, unpack
        self._preparing: deque[tuple[Tag, Future[tuple[Any, int] | Fault]]] = deque()
        self._buckets: dict[int, list[tuple[Tag, Any]]] = defaultdict(list)
        self._worked, self._failures = False, 0

    def add(self, tag: Tag, view: Any) -> None:
        """Begin to prepare a view; its vector will come under ``tag``."""
        self._preparing.append((tag, self._threads.submit(self._prepared, view)))

    def full(self) -> Iterator[tuple[Tag, np.ndarray | Fault]]:
        """Yield the vectors, float32[dim], of all batches that are full; the rest is prepared meanwhile."""
        while self._preparing and (self._preparing[0][1].done() or len(self._preparing) > 2 * self._model.batch_size):
            yield from self._next()

    def rest(self) -> Iterator[tuple[Tag, np.ndarray | Fault]]:
        """Yield the vectors of all that is left, the last batches filled up."""
        while self._preparing:
            yield from self._next()
        for bucket in sorted(self._buckets):
            batch = self._buckets.pop(bucket)
            if batch:
                yield from self._forward(bucket, batch)

    def _next(self) -> Iterator[tuple[Tag, np.ndarray | Fault]]:
        """Take up the next prepared view; yield the vectors of its batch, if that is full with it."""
        tag, future = self._preparing.popleft()
        prepared = future.result()
        if isinstance(prepared, Fault):
            yield tag, prepared
            return
        inputs, bucket = prepared
        self._buckets[bucket].append((tag, inputs))
        if len(self._buckets[bucket]) == self._model.batch_size:
            yield from self._forward(bucket, self._buckets.pop(bucket))

    def _prepared(self, view: Any) -> tuple[Any, int] | Fault:
        """Return what the model reads of a view, and its bucket."""
        try:
            inputs = self._model.prepare(self._unpack(view), self._bound.modality)
            return inputs, index(self._model.bucket(inputs, self._bound.modality))
        except BaseException as error:  # noqa: BLE001  (a plugin may raise anything, and Ctrl-C strikes no thread)
            return self._fault(error)

    def _forward(self, bucket: int, batch: Sequence[tuple[Tag, Any]]) -> Iterator[tuple[Tag, np.ndarray | Fault]]:
        """Yield the vectors of one batch; where the pass fails, each value is tried in a batch of its own."""
        size = self._model.batch_size
        inputs = [each for _, each in batch]
        full = inputs + [inputs[-1]] * (size - len(inputs))
        try:
            made = np.asarray(self._model.forward(full, bucket, self._bound.modality))
            if made.shape != (size, self._model.dim):
                raise ValueError(f"vectors of shape {made.shape}, expected {(size, self._model.dim)}")
            vectors = made.astype(np.float32, casting="same_kind", copy=False)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
                raise MmhubError(
                    f"{self._bound.step} ran out of memory with {size} values at once: "
                    f"take fewer with `--set {self._bound.step}.batch_size=N`"
                ) from error
            if len(batch) == 1:
                yield batch[0][0], self._fault(error)
            else:
                for one in batch:
                    yield from self._forward(bucket, [one])
            return
        for (tag, _), vector in zip(batch, vectors, strict=False):
            finite = bool(np.isfinite(vector).all())
            self._worked |= finite
            yield tag, vector if finite else Fault("operator-error", f"{self._bound.step}: the vector is not finite")

    def _fault(self, error: BaseException) -> Fault:
        """Return what a failure costs its value; raise MmhubError where an encoder has only ever failed."""
        self._failures += 1
        if not self._worked and self._failures >= _ALL_FAILED:
            raise MmhubError(
                f"{self._bound.step} failed on each of the first {self._failures} values, the last time with "
                f"{described(error)}: it is the encoder that is broken, not the values"
            ) from error
        return Fault("operator-error", f"{self._bound.step}: {described(error)}")
