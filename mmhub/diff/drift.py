"""Facts whose distribution has moved from one version to the other."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.tables import Tables, flat

_BINS = 10
_LEAST = 0.1
"""From here on a population counts as moved, from 0.25 on as another (Siddiqi, Credit risk scorecards, 2006)."""
_CHANCE = 21.666
"""The 99 % quantile of chi-square with nine degrees of freedom."""


@dataclass(frozen=True)
class Moved:
    """A fact that is distributed otherwise than before among the rows that are kept: how far, and its medians."""

    fact: str
    psi: float
    median_before: float
    median_after: float


def moved(old: Tables, new: Tables) -> list[Moved]:
    """Return the numeric facts of both versions that have moved among the rows they keep, the farthest first.

    One has moved when its population stability index over deciles is at least 0.1, and greater than samples of one
    population would have it in 99 of 100 cases (Yurdakul and Naranjo, Statistical properties of the population
    stability index, Journal of Risk Model Validation 14, 2020).
    """
    names = [name for name in new.units.column_names if name in old.units.column_names and _is_fact(new, name)]
    keeps = [pc.equal(each.units["fate"], "kept") for each in (old, new)]
    found = []
    for name in names:
        before, after = (_numbers(each.units[name], kept) for each, kept in zip((old, new), keeps, strict=True))
        if len(before) and len(after):
            index = stability(before, after)
            if index >= max(_LEAST, _CHANCE * (1 / len(before) + 1 / len(after))):
                found.append(Moved(name, round(index, 4), float(np.median(before)), float(np.median(after))))
    return sorted(found, key=lambda each: -each.psi)


def stability(before: np.ndarray, after: np.ndarray) -> float:
    """Return the population stability index of two samples float64[n], [m] over the deciles of the first."""
    edges = np.unique(np.quantile(before, np.linspace(0, 1, _BINS + 1)[1:-1]))
    shares = []
    for values in (before, after):
        counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
        # Half a value more in every bin, as an empty one would make the index infinite.
        shares.append((counts + 0.5) / (len(values) + 0.5 * len(counts)))
    return float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))


def _is_fact(tables: Tables, name: str) -> bool:
    kind = tables.units.schema.field(name).type
    kind = kind.value_type if pa.types.is_list(kind) else kind
    number = pa.types.is_floating(kind) or pa.types.is_signed_integer(kind) or pa.types.is_boolean(kind)
    return number and name not in ("at_least", "at_most")


def _numbers(column: pa.ChunkedArray, kept: pa.ChunkedArray) -> np.ndarray:
    values = flat(column.filter(kept))[1]
    numbers = np.asarray(values.cast(pa.int8()) if pa.types.is_boolean(values.type) else values).astype(np.float64)
    return numbers[np.isfinite(numbers)]
