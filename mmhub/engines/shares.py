"""Who does which work unit: one process all of them, or several each those they claim."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mmhub.measuring.pace import Tally


class Share(Protocol):
    """The work units of one process."""

    def take(self) -> Iterator[np.ndarray]:
        """Yield the units of one work unit after another, int64, until none is left."""

    def done(self, rows: np.ndarray, did: Tally) -> None:
        """Hear that the facts of a work unit are in the store, and what was done for it."""

    def heard(self) -> None:
        """Hear that work goes on: a value was answered, or given up, or a batch was encoded. Any thread may say so."""


@dataclass(frozen=True)
class Whole:
    """All work units, in order."""

    rows: np.ndarray
    size: int

    def take(self) -> Iterator[np.ndarray]:
        """Yield runs of ``size`` units."""
        for start in range(0, len(self.rows), self.size):
            yield self.rows[start : start + self.size]

    def done(self, rows: np.ndarray, did: Tally) -> None:
        """Note nothing: the facts themselves say that they are there."""

    def heard(self) -> None:
        """Note nothing: nobody waits."""
