"""How a fact is spread over units: the value that decides for each, its histogram, and thresholds worth a thought."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.operators import Rule
from mmhub.tuning.aim import Side

_SHARES = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Shares of rows that a threshold worth a thought costs."""
_DEVIATIONS = (2.0, 2.5, 3.0, 3.5, 4.0, 5.0)
_DIGITS = 3


def deciding(rule: Rule, side: Side, facts: Sequence[tuple[pa.Array, np.ndarray]], count: int) -> np.ndarray:
    """Return the value of each unit that a bound on this side is asked of, float64[count]; NaN where none decides.

    ``facts`` are values and their units, field by field. Of a list it is the best value, or with ``over="any"`` the
    worst; of several fields the worst.
    """
    worst = np.full(count, np.nan)
    sign = 1.0 if side == "at_least" else -1.0
    for values, rows in facts:
        numbers = sign * np.asarray(pc.fill_null(pc.cast(values, pa.float64(), safe=False), np.nan))
        # A value that is not known passes.
        numbers = np.where(np.isnan(numbers), np.inf, numbers)
        found = np.full(count, -np.inf if rule.over == "all" else np.inf)
        (np.maximum if rule.over == "all" else np.minimum).at(found, rows, numbers)
        found[np.isinf(found)] = np.nan
        worst = np.fmin(worst, found)
    return sign * worst


def histogram(values: np.ndarray, kept: np.ndarray, *, bins: int) -> list[dict[str, float | int]]:
    """Return, by ranges of equal width, how many units have such a value, and how many of these are kept.

    The lowest and the highest hundredth share the outermost ranges with what lies next to them.
    """
    known = ~np.isnan(values)
    if not known.any():
        return []
    low, high = np.quantile(values[known], (0.005, 0.995))
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    edges = np.linspace(low, high, bins + 1)
    places = np.clip(np.searchsorted(edges, values[known], side="right") - 1, 0, bins - 1)
    every = np.bincount(places, minlength=bins)
    stays = np.bincount(places[kept[known]], minlength=bins)
    edges[0], edges[-1] = min(edges[0], values[known].min()), max(edges[-1], values[known].max())
    return [
        {"from": float(edges[n]), "to": float(edges[n + 1]), "rows": int(every[n]), "kept": int(stays[n])}
        for n in range(bins)
    ]


def candidates(rule: Rule, side: Side, values: np.ndarray, tried: Sequence[float | None]) -> list[float]:
    """Return bounds worth a thought, ascending, in what the rule counts in; those ``tried`` are among them."""
    low = side == "at_least"
    found = {float(each) for each in tried if each is not None}
    if rule.relative == "quantile":
        found |= {share if low else 1 - share for share in _SHARES}
    elif rule.relative is not None:
        found |= {-each if low else each for each in _DEVIATIONS}
    elif (known := values[~np.isnan(values)]).size:
        found |= {_short(float(np.quantile(known, share if low else 1 - share))) for share in _SHARES}
    return sorted(found)


def around(values: np.ndarray, threshold: float, side: Side, *, each: int) -> np.ndarray:
    """Return the units whose values are nearest to a threshold, as many that fail as pass, by value: int64."""
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    cut = int(np.searchsorted(values[order], threshold, side="left" if side == "at_least" else "right"))
    return order[max(0, cut - each) : cut + each]


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
