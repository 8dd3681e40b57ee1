"""Two versions side by side: by reason, by fact, by row."""

from typing import Any

import numpy as np

from mmhub.diff import compare
from mmhub.pages.numbers import is_number, plain, values_of
from mmhub.pages.opened import Opened
from mmhub.pages.spreads import edges_of
from mmhub.version import Version, find, numbers

_EXAMPLES = 5


def earlier(opened: Opened) -> Version | None:
    """Return the version to compare with first: the parent, where it can still be had."""
    parent = opened.version.manifest["parent"]
    if parent is None or parent not in numbers(opened.store, opened.version.name):
        return None
    return find(opened.store, f"{opened.version.name}@{parent}")


def others(opened: Opened) -> list[str]:
    """Return the numbers of the other versions that can be had, the newest first."""
    return [each for each in reversed(numbers(opened.store, opened.version.name)) if each != opened.version.number]


def difference(opened: Opened, other: Version) -> dict[str, Any]:
    """Return what differs between another version and this one, reason by reason and fact by fact."""
    found = compare(other, opened.version, opened.store, examples=_EXAMPLES).as_dict()
    before = Opened(other, opened.store)
    sides = (other.counts, opened.version.counts)
    reasons = {(fate, reason) for counts in sides for fate in ("dropped", "quarantined") for reason in counts[fate]}
    lines = []
    for fate, reason in sorted(reasons):
        was, now = (counts[fate].get(reason, 0) for counts in sides)
        lines.append({"fate": fate, "reason": reason, "before": was, "after": now})
    told: dict[str, Any] = plain(
        {
            **found,
            "reasons": sorted(lines, key=lambda each: -abs(each["after"] - each["before"])),
            "spreads": [_both(before, opened, each["fact"]) for each in found["facts"]],
        }
    )
    return told


def _both(before: Opened, after: Opened, column: str) -> dict[str, Any]:
    """Return how a fact of kept rows is spread in two versions, over the same ranges."""
    sides = [values_of(each.units[column].filter(each.kept))[1] for each in (before, after) if _has(each, column)]
    edges = edges_of(np.concatenate(sides))
    counts = [np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0].tolist() for values in sides]
    if len(counts) < 2:
        return {"column": column, "bins": []}
    bins = [
        {"from": float(edges[n]), "to": float(edges[n + 1]), "before": counts[0][n], "after": counts[1][n]}
        for n in range(len(edges) - 1)
    ]
    return {"column": column, "bins": bins}


def _has(opened: Opened, column: str) -> bool:
    return column in opened.units.column_names and is_number(opened.units.schema.field(column).type)
