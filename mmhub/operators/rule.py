"""How one fact decides on a unit."""

from typing import Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as checked


@checked(frozen=True)
class Rule:
    """How one fact decides: a unit whose fact is outside the bounds is dropped for ``reason``.

    A fact that is absent (``None``) passes. ``relative`` says what the bounds are counted in: standard
    deviations from the mean (``std``), median absolute deviations, scaled by 1.4826, from the median
    (``robust``), or quantiles of the dataset (``quantile``); without it they are values of the fact.
    In a list field ``over="all"`` drops a unit when all its values fail, ``over="any"`` when one does.
    """

    fact: str
    """The fact that decides."""
    reason: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Why a unit is dropped, in a word or two joined by hyphens."""
    at_least: float | None = None
    """The smallest value that passes."""
    at_most: float | None = None
    """The largest value that passes."""
    one_of: tuple[str | bool, ...] | None = None
    """The values that pass."""
    relative: Literal["std", "robust", "quantile"] | None = None
    """What the bounds are counted in, if not in units of the fact."""
    like: str = ""
    """A plain field that says what the fact should be, such as the duration that a table declares."""
    off_by: float = Field(default=0.0, ge=0)
    """By how much a number may differ from what that field says."""
    over: Literal["all", "any"] = "all"
    """How many values of a list have to fail for the unit to be dropped."""
    on: bool = True
    """Whether the rule applies."""
