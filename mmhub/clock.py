"""How long each stage of a build took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Times stages from the moment it is made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Time the block as ``stage``, or as more of it."""
        start = time.perf_counter()
        yield
        self._stages[stage] = self._stages.get(stage, 0.0) + time.perf_counter() - start

    def seconds(self) -> dict[str, float]:
        """Return the seconds of each stage so far, and of all since the start as ``total``."""
        whole = {"total": time.perf_counter() - self._start, **self._stages}
        return {stage: round(taken, 3) for stage, taken in whole.items()}
