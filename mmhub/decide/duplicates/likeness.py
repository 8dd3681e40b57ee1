"""What can say which values are alike."""

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np

Near = Callable[[int | np.ndarray, np.ndarray], np.ndarray]
"""Returns, as bool[m], whether one value, or each of int64[m], is alike to each of others, int64[m]."""


class Likeness(Protocol):
    """Says which values are alike; values are known by their number."""

    def keys(self, members: np.ndarray, depth: int) -> Iterator[np.ndarray]:
        """Yield, several times, a key uint32[m] of each of ``members`` int64[m]; alike ones share one of these keys.

        The deeper, the fewer share a key that are not alike, and the more often it yields.
        """

    def possible(self, ones: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return, as bool[m], which pairs may be alike, as far as can be told at little cost."""

    def near(self, one: int | np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return, as bool[m], whether ``one``, or each of ``one`` int64[m], is alike to each of ``others`` int64[m]."""
