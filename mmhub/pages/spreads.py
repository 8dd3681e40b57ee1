"""How facts are spread over rows that were kept and rows that were not, with the thresholds between them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.operators import Rule
from mmhub.pages.numbers import is_label, is_number, plain, values_of
from mmhub.pages.opened import Opened
from mmhub.showing.ranges import shown_range
from mmhub.showing.rule_words import bounds
from mmhub.tables import flat

_BINS, _LABELS = 48, 16


def facts(opened: Opened) -> list[dict[str, Any]]:
    """Return the facts that can be drawn, those that decided first, with their rules as `thresholds` tells them."""
    found = []
    for column, (step, fact) in opened.rules.columns.items():
        kind = opened.units.schema.field(column).type
        if is_number(kind) or is_label(kind):
            rules = list(thresholds(opened, column))
            about = {"column": column, "step": step, "called": opened.rules.called(column), "fact": fact}
            found.append({**about, "numbers": is_number(kind), "rules": rules})
    return sorted(found, key=lambda each: (-sum(rule["took"] for rule in each["rules"]), not each["rules"]))


def thresholds(opened: Opened, column: str) -> Iterator[dict[str, Any]]:
    """Yield the rules on a fact that are on: what each says, its bounds in units of the fact, and what it took."""
    for rule, had in opened.rules.of(column):
        if isinstance(had, Rule) and rule["on"]:
            yield {
                "reason": had.reason,
                "says": bounds(had),
                "at_least": plain(had.at_least),
                "at_most": plain(had.at_most),
                "one_of": had.one_of,
                "relative": rule["relative"],
                "took": sum(
                    each["rows"]
                    for each in opened.verdicts
                    if each["reason"] == had.reason and opened.column_of(each) == column
                ),
            }


def spread(opened: Opened, column: str) -> dict[str, Any]:
    """Return how often values of a fact occur in rows that were kept, and in others: by ranges, or by labels."""
    values = opened.units[column]
    if is_number(values.type):
        rows, numbers = values_of(values)
        bound = [each for rule in thresholds(opened, column) for each in (rule["at_least"], rule["at_most"])]
        edges = edges_of(numbers, [each for each in bound if each is not None])
        return {"column": column, "known": len(numbers), "bins": binned(numbers, opened.kept[rows], edges)}
    rows, labels = flat(values)
    return {"column": column, "known": len(labels), "labels": _labelled(labels, opened.kept[rows])}


def edges_of(values: np.ndarray, near: Sequence[float] = ()) -> np.ndarray:
    """Return the ends of ranges, float64[49] or fewer, that show most values, and the bounds that are not far off."""
    if not len(values):
        return np.zeros(0)
    low, high = shown_range(values, near)
    whole = bool((values == np.round(values)).all()) and high - low < _BINS
    return np.arange(np.floor(low), np.ceil(high) + 2) - 0.5 if whole else np.linspace(low, high, _BINS + 1)


def binned(values: np.ndarray, kept: np.ndarray, edges: np.ndarray) -> list[dict[str, Any]]:
    """Return, by ranges, how many values belong to rows that are kept and to others; the ends take what is beyond."""
    if not len(edges):
        return []
    within = np.clip(values, edges[0], edges[-1])
    held, lost = (np.histogram(within[some], edges)[0].tolist() for some in (kept, ~kept))
    return [
        {"from": plain(float(edges[n])), "to": plain(float(edges[n + 1])), "kept": held[n], "lost": lost[n]}
        for n in range(len(edges) - 1)
    ]


def _labelled(labels: pa.Array, kept: np.ndarray) -> list[dict[str, Any]]:
    """Return the most frequent labels, and the rest as one."""
    held, every = (_counts(some) for some in (labels.filter(pa.array(kept)), labels))
    order = sorted(every, key=lambda label: (-every[label], label))
    lines = [
        {"label": label, "kept": held.get(label, 0), "lost": every[label] - held.get(label, 0)}
        for label in order[:_LABELS]
    ]
    if rest := order[_LABELS:]:
        stays = sum(held.get(label, 0) for label in rest)
        lines.append(
            {"label": f"{len(rest):,} others", "kept": stays, "lost": sum(every[label] for label in rest) - stays}
        )
    return lines


def _counts(labels: pa.Array) -> Mapping[str, int]:
    return {
        str(each["values"]).lower() if isinstance(each["values"], bool) else str(each["values"]): each["counts"]
        for each in pc.value_counts(labels).to_pylist()
    }
