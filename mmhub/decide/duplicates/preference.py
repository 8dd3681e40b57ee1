"""Which units are rather kept than others they are alike to."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.operators import Best, Distinct
from mmhub.units import Units


@dataclass(frozen=True)
class Order:
    """Units int64[n] in order of preference, and for each with how many of those before it it is compared, int64[n]."""

    units: np.ndarray
    bars: np.ndarray


@dataclass(frozen=True)
class Quality:
    """A fact that says which unit is better: values, null where it is not known, and the unit of each, int64."""

    values: pa.Array
    rows: np.ndarray


def ordered(chosen: np.ndarray, units: Units, rule: Distinct, quality: Quality | None) -> Order:
    """Return units ``chosen`` int64[n] in the order in which a rule prefers them, whatever order they came in."""
    by_id = np.empty(len(chosen), np.int64)
    by_id[np.asarray(pc.sort_indices(units.ids.take(pa.array(chosen))))] = np.arange(len(chosen))
    ranks = _ranks(units.splits.take(pa.array(chosen)), rule)
    keys = [by_id, ranks]
    if isinstance(rule.keep, Best) and quality is not None:
        best = _best(quality, len(units), rule.keep.order)[chosen]
        keys = [by_id, np.where(np.isnan(best), 0, -best), np.isnan(best), ranks]
    turn = np.lexsort(keys)
    ranks = ranks[turn]
    bars = np.searchsorted(ranks, ranks) if rule.splits == "guarded" else np.arange(len(chosen))
    return Order(chosen[turn], bars)


def _ranks(splits: pa.Array, rule: Distinct) -> np.ndarray:
    """Return how much the split of each unit gives way, int64: 0 for one that does not."""
    names = pc.fill_null(splits.cast(pa.string()), "")
    places = pc.fill_null(pc.index_in(names, value_set=pa.array(rule.gives_way, pa.string())), len(rule.gives_way))
    return np.asarray(len(rule.gives_way) - np.asarray(places), dtype=np.int64)


def _best(quality: Quality, count: int, order: Literal["highest", "lowest"]) -> np.ndarray:
    """Return the best value of each unit, the more the better, float64[count]; NaN where none is known."""
    sign = 1.0 if order == "highest" else -1.0
    numbers = sign * np.asarray(pc.fill_null(quality.values.cast(pa.float64()), np.nan))
    known = ~np.isnan(numbers)
    best = np.full(count, -np.inf)
    np.maximum.at(best, quality.rows[known], numbers[known])
    best[np.bincount(quality.rows[known], minlength=count) == 0] = np.nan
    return best
