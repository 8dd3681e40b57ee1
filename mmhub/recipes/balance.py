"""How classes of unequal size are balanced, as a recipe says it."""

from typing import Any, Literal

from pydantic import field_validator

from mmhub.recipes.parts import Part

WEIGHT = "weight"
"""The column that holds the weight of each row."""


class Balance(Part):
    """What is done about classes of which there are more rows than of others, in each split for itself.

    ``weights`` adds a column ``weight``: rows / (classes x rows of the class), so that every class weighs the same,
    and the mean weight is 1 (King and Zeng, Logistic regression in rare events data, 2001). ``undersample`` drops
    rows of the larger classes for ``balanced``, chosen by a hash of their ids, until all are as small as the
    smallest. A row without a label weighs 1, and stays.
    """

    field: str
    """The field that holds the class: a label, a language."""
    how: Literal["weights", "undersample"] = "weights"
    """Whether rows are weighed, or left out."""
    splits: tuple[str, ...] = ("train",)
    """The splits that are balanced; rows of others weigh 1, and stay."""
    seed: int = 0
    """Another seed leaves out other rows."""

    @field_validator("how", mode="before")
    @classmethod
    def _no_row_twice(cls, value: Any) -> Any:
        if value == "oversample":
            raise ValueError(
                "oversampling repeats rows, and a row id stands for one row: take `weights`, and draw by them"
            )
        return value
