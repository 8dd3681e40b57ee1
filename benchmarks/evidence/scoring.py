"""What a trial is, and how trials become a row of the table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

_Z = 1.96
"""The normal quantile of a 95 % interval."""


@dataclass(frozen=True)
class Scored:
    """A row of the table.

    ``recall`` is the share of ``n`` planted defects that were caught, with its 95 % ``interval``; ``lost`` the share
    of ``n_clean`` sound values that were lost. Where a goal is another figure (an F1, an error in dB, an area under
    a curve), ``recall`` holds it, and ``note`` names it with its unit.
    """

    slug: str
    recall: float | None
    lost: float | None
    n: int
    n_clean: int
    interval: tuple[float, float] | None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def scored(slug: str, caught: Sequence[bool], lost: Sequence[bool], note: str = "") -> Scored:
    """Return the row of a slug from whether each planted defect was caught, and whether each sound value was lost."""
    return Scored(
        slug=slug,
        recall=sum(caught) / len(caught) if caught else None,
        lost=sum(lost) / len(lost) if lost else None,
        n=len(caught),
        n_clean=len(lost),
        interval=wilson(sum(caught), len(caught)) if caught else None,
        note=note,
    )


def pooled(slug: str, parts: Sequence[Scored], note: str = "") -> Scored:
    """Return one row of the trials of several."""
    n, n_clean = sum(each.n for each in parts), sum(each.n_clean for each in parts)
    hits = round(sum((each.recall or 0.0) * each.n for each in parts))
    losses = round(sum((each.lost or 0.0) * each.n_clean for each in parts))
    return Scored(
        slug=slug,
        recall=hits / n if n else None,
        lost=losses / n_clean if n_clean else None,
        n=n,
        n_clean=n_clean,
        interval=wilson(hits, n) if n else None,
        note=note,
    )


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, Probable inference, 1927)."""
    share, square = hits / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = _Z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def halves(values: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return the half that thresholds may be chosen on, and the half they are scored on, always the same."""
    return list(values[::2]), list(values[1::2])
