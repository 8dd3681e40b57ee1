"""Which range of a fact is drawn."""

from collections.abc import Sequence

import numpy as np

_TAIL = 0.002


def shown_range(values: np.ndarray, bounds: Sequence[float]) -> tuple[float, float]:
    """Return the ends of a range that shows most values, float64[n] with n > 0, and the bounds that are not far off.

    A bound far from all values would leave them a single bar.
    """
    low, high = np.quantile(values, [_TAIL, 1 - _TAIL])
    near = [bound for bound in bounds if low - (high - low) <= bound <= high + (high - low)]
    low, high = min([low, *near]), max([high, *near])
    return (low - 0.5, high + 0.5) if low == high else (low, high)
