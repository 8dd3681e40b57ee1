"""What a version can show for itself: its funnel, and how the facts that decided are spread."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.exporting.charts import bars, histogram
from mmhub.showing.ranges import shown_range
from mmhub.tables import flat
from mmhub.version import Version

_BINS, _LABELS = 40, 12


@dataclass(frozen=True)
class Picture:
    """A drawing, and what it shows in words."""

    svg: str
    title: str


def evidence(version: Version, ledger: pa.Table) -> dict[str, Picture]:
    """Return drawings by name: ``funnel``, and one for each fact that has a rule, ``image-sharpness.sharpness``."""
    pictures = {"funnel": funnel(version)}
    for column, rules in ruled_facts(version).items():
        if column in ledger.column_names and (drawn := _fact(column, rules, ledger)):
            pictures[re.sub(r"[^A-Za-z0-9._-]+", "-", column)] = drawn
    return pictures


def ruled_facts(version: Version) -> dict[str, list[dict[str, Any]]]:
    """Return, by the column of the ledger that holds the fact, the rules that decide by it; each knows its step."""
    found: dict[str, list[dict[str, Any]]] = {}
    for step in version.manifest["recipe"]["steps"]:
        for rule in step["rules"]:
            if rule["kind"] == "Rule" and rule["on"]:
                found.setdefault(f"{step['name']}.{rule['fact']}", []).append({"step": step["name"], **rule})
    return found


def funnel(version: Version) -> Picture:
    """Return the way from what was read to what was kept, a bar for each reason."""
    title = f"Funnel of {version}: {version.counts['rows']['kept']:,} of {version.counts['rows']['read']:,} rows kept"
    return Picture(bars(title, [(name, number, kind) for name, number, kind in funnel_lines(version.counts)]), title)


def funnel_lines(counts: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    """Yield the lines of a funnel: what it counts, how many, and which fate that is."""
    yield "read", counts["rows"]["read"], "read"
    for fate in ("dropped", "quarantined"):
        for reason, number in counts[fate].items():
            yield reason, number, fate
    yield "kept", counts["rows"]["kept"], "kept"


def thresholds(rules: list[dict[str, Any]], ledger: pa.Table) -> list[tuple[float, str]]:
    """Return the bounds of rules with what they say; those of a relative rule are told by what it dropped."""
    bounds = []
    for rule in rules:
        for side, sign in (("at_least", "≥"), ("at_most", "≤")):
            bound = rule[side] if rule["relative"] is None else _fitted(rule, side, ledger)
            if bound is not None:
                bounds.append((float(bound), f"{rule['reason']} unless {sign} {bound:,.6g}"))
    return bounds


def _fitted(rule: dict[str, Any], side: str, ledger: pa.Table) -> float | None:
    if rule[side] is None:
        return None
    of_rule = pc.and_(pc.equal(ledger["step"], rule["step"]), pc.equal(ledger["reason"], rule["reason"]))
    found = ledger[side].filter(of_rule).drop_null()
    return float(found[0].as_py()) if len(found) else None


def _fact(column: str, rules: list[dict[str, Any]], ledger: pa.Table) -> Picture | None:
    rows, values = flat(ledger[column])
    kept = np.asarray(pc.equal(ledger["fate"], "kept"))[rows]
    if not len(values):
        return None
    if pa.types.is_string(values.type) or pa.types.is_boolean(values.type):
        return _labels(column, values, rules)
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        return _numbers(column, values, kept, thresholds(rules, ledger))
    return None


def _numbers(column: str, values: pa.Array, kept: np.ndarray, bounds: list[tuple[float, str]]) -> Picture | None:
    numbers = np.asarray(values, dtype=np.float64)
    finite = np.isfinite(numbers)
    numbers, kept = numbers[finite], kept[finite]
    if not len(numbers):
        return None
    # A bound far from all values is named at the edge.
    low, high = shown_range(numbers, [bound for bound, _ in bounds])
    edges = np.linspace(low, high, _BINS + 1)
    # What lies beyond the ends is counted at the ends.
    within = np.clip(numbers, low, high)
    held, lost = (np.histogram(within[chosen], edges)[0].tolist() for chosen in (kept, ~kept))
    title = f"{column} of {len(numbers):,} values; " + "; ".join(words for _, words in bounds)
    return Picture(histogram(title.rstrip("; "), edges.tolist(), held, lost, bounds), title.rstrip("; "))


def _labels(column: str, values: pa.Array, rules: list[dict[str, Any]]) -> Picture:
    counted = sorted(
        ((str(each["values"]), int(each["counts"])) for each in pc.value_counts(values).to_pylist()),
        key=lambda pair: (-pair[1], pair[0]),
    )
    passing = {str(each) for rule in rules for each in rule["one_of"] or ()}
    lines = [(name, number, "kept" if name in passing or not passing else "dropped") for name, number in counted]
    title = f"{column} of {len(values):,} values, the most frequent first"
    return Picture(bars(title, lines[:_LABELS]), title)
