"""Batches through an encoder: prepared in threads ahead of the forward pass, grouped by length, all of one shape."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from mmhub.binding.bound import Bound
from mmhub.encoding.guard import Unguarded
from mmhub.encoding.passes import Passes
from mmhub.faults import Fault
from mmhub.operators import Inputs, Model

Tag = TypeVar("Tag")
Elsewhere = Callable[[Sequence[Any]], Sequence[np.ndarray | Fault | None]]
"""Encodes views in another process: a vector for each, why it has none, or None where that is not known."""


class _Prepared(NamedTuple, Generic[Tag]):
    """What a model reads of a value, with the tag and the key of that."""

    tag: Tag
    key: bytes
    inputs: Inputs


class Batches(Generic[Tag]):
    """Views on their way through one encoder.

    Every forward pass has the same number of values, the last of a bucket repeated where there are too few in the
    end, so that a vector does not depend on its neighbours. ``unpack`` makes a view of what stands for one. Values
    that ``guard`` suspects come last, each alone: first ``elsewhere``, where they cannot end the build.
    """

    def __init__(
        self,
        bound: Bound,
        model: Model,
        threads: ThreadPoolExecutor,
        *,
        unpack: Callable[[Any], Any] = lambda view: view,
        guard: Unguarded | None = None,
        elsewhere: Elsewhere = lambda views: [None] * len(views),
    ) -> None:
        self._size, self._passes = model.batch_size, Passes(bound, model, unpack)
        self._threads, self._guard, self._elsewhere = threads, guard or Unguarded(), elsewhere
        self._preparing: deque[tuple[Tag, bytes, Future[tuple[Inputs, int] | Fault]]] = deque()
        self._buckets: dict[int, list[_Prepared[Tag]]] = defaultdict(list)
        self._suspects: list[tuple[Tag, bytes, Any]] = []
        self._usual: list[Any] = []

    def add(self, tag: Tag, view: Any, *, key: bytes = b"") -> None:
        """Begin to prepare a view; its vector will come under ``tag``. The guard knows its value by ``key``."""
        if self._guard.suspects(key):
            self._suspects.append((tag, key, view))
        else:
            self._usual = [view]
            self._preparing.append((tag, key, self._threads.submit(self._prepared, key, view)))

    def full(self) -> Iterator[tuple[Tag, np.ndarray | Fault]]:
        """Yield the vectors, float32[dim], of all batches that are full; the rest is prepared meanwhile."""
        while self._preparing and (self._preparing[0][2].done() or len(self._preparing) > 2 * self._size):
            yield from self._next()
        if self._guard.suspects_all and len(self._suspects) >= self._size:
            yield from self._suspected()

    def rest(self) -> Iterator[tuple[Tag, np.ndarray | Fault]]:
        """Yield the vectors of all that is left, the last batches filled up."""
        while self._preparing:
            yield from self._next()
        for bucket in sorted(self._buckets):
            batch = self._buckets.pop(bucket)
            if batch:
                yield from self._forward(bucket, batch)
        yield from self._suspected()

    def _next(self) -> Iterator[tuple[Tag, np.ndarray | Fault]]:
        """Take up the next prepared view; yield the vectors of its batch, if that is full with it."""
        tag, key, future = self._preparing.popleft()
        if not future.done():
            with self._guard.awaiting():
                wait([future])
        prepared = future.result()
        if isinstance(prepared, Fault):
            yield tag, prepared
            return
        inputs, bucket = prepared
        self._buckets[bucket].append(_Prepared(tag, key, inputs))
        if len(self._buckets[bucket]) == self._size:
            yield from self._forward(bucket, self._buckets.pop(bucket))

    def _prepared(self, key: bytes, view: Any) -> tuple[Inputs, int] | Fault:
        with self._guard.preparing(key):
            return self._passes.prepared(view)

    def _forward(self, bucket: int, batch: Sequence[_Prepared[Tag]]) -> Iterator[tuple[Tag, np.ndarray | Fault]]:
        """Yield the vectors of one batch."""
        with self._guard.passing([each.key for each in batch]):
            found = list(self._passes.vectors([each.inputs for each in batch], bucket))
        yield from zip((each.tag for each in batch), found, strict=True)

    def _suspected(self) -> Iterator[tuple[Tag, np.ndarray | Fault]]:
        """Yield the vectors of values that are suspected, after one elsewhere that is not: so it is seen to work."""
        suspects, self._suspects = sorted(self._suspects, key=lambda each: self._guard.strikes(each[1])), []
        given_up = {key: fault for _, key, _ in suspects if (fault := self._guard.given_up(key))}
        yield from ((tag, given_up[key]) for tag, key, _ in suspects if key in given_up)
        asked = [each for each in suspects if each[1] not in given_up]
        if not asked:
            return
        tried = self._elsewhere([*self._usual, *(view for *_, view in asked)])[len(self._usual) :]
        if any(isinstance(found, Fault) for found in tried):
            self._guard.suspect_all()
        for (tag, key, view), found in zip(asked, tried, strict=True):
            yield tag, self._alone(key, view) if found is None else found

    def _alone(self, key: bytes, view: Any) -> np.ndarray | Fault:
        """Return the vector of a value beside which no other is prepared or in a pass."""
        with self._guard.passing([key], alone=True):
            return self._passes.vector(view)
