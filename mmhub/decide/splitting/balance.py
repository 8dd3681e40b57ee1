"""Classes of unequal size, balanced: what each row weighs, or which rows are left out."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from mmhub.decide.splitting.labels import labels, turns
from mmhub.decide.splitting.splits import numbered
from mmhub.recipes.balance import Balance
from mmhub.units import Units


def weights(balance: Balance, units: Units, kept: np.ndarray) -> pa.Array:
    """Return the weight of every unit, float64: rows / (classes x rows of its class) among those ``kept`` of its split.

    Units without a class, of other splits, or not kept, weigh 1.
    """
    found = np.ones(len(units))
    for rows, codes in _classes(balance, units, kept):
        sizes = np.bincount(codes)
        found[rows] = len(rows) / (np.count_nonzero(sizes) * sizes[codes])
    return pa.array(found)


def surplus(balance: Balance, units: Units, kept: np.ndarray) -> np.ndarray:
    """Return the units, int64, that the classes of a split have beyond its smallest class."""
    found = [np.zeros(0, np.int64)]
    for rows, codes in _classes(balance, units, kept):
        order = turns(units.ids.take(pa.array(rows)), balance.seed)
        smallest = np.bincount(codes)[np.unique(codes)].min()
        for code in np.unique(codes).tolist():
            found.append(rows[order[codes[order] == code][smallest:]])
    return np.sort(np.concatenate(found))


def _classes(balance: Balance, units: Units, kept: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield, split by split, the units that have a class, and the number of the class of each."""
    codes = numbered(labels(units, balance.field))
    splits = np.asarray(units.splits.take(pa.array(kept)).to_pylist(), dtype=object)
    for name in balance.splits:
        rows = kept[(splits == name) & (codes[kept] >= 0)]
        if len(rows):
            yield rows, codes[rows]
