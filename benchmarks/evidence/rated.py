"""A row of a benchmark whose operators may abstain: how good their answers are, and how often they give one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evidence.scoring import wilson


@dataclass(frozen=True)
class Rated:
    """A row of the table.

    ``value`` is the share of answers that are right, or the figure that ``note`` names with its unit; ``coverage``
    the share of ``n`` trials that were answered, where an operator may abstain. ``interval`` is that of the value, at
    95 %.
    """

    slug: str
    value: float | None
    coverage: float | None
    n: int
    interval: tuple[float, float] | None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def rated(slug: str, answers: Sequence[bool | None], note: str = "") -> Rated:
    """Return the row of a slug from whether each answer was right, None where the operator abstained."""
    given = [answer for answer in answers if answer is not None]
    right = sum(given)
    return Rated(
        slug=slug,
        value=right / len(given) if given else None,
        coverage=len(given) / len(answers) if answers else None,
        n=len(answers),
        interval=wilson(right, len(given)) if given else None,
        note=note,
    )
