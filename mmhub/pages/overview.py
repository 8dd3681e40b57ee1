"""The funnel: what was read, what each reason took, and what is kept."""

from typing import Any

import pyarrow.compute as pc

from mmhub.exporting.evidence import funnel_lines
from mmhub.pages.numbers import plain
from mmhub.pages.opened import Opened

_CLUSTERS = 100


def overview(opened: Opened) -> dict[str, Any]:
    """Return what a page begins with: what the version is, its funnel, and what rows can be chosen by."""
    version = opened.version
    manifest = version.manifest
    return {
        "name": version.name,
        "version": version.number,
        "identity": version.identity,
        "parent": manifest["parent"],
        "about": manifest["about"],
        "counts": version.counts,
        "funnel": _funnel(opened),
        "splits": {split: about["rows"] for split, about in manifest["splits"].items()},
        "fields": opened.kinds,
        "clusters": clusters(opened),
    }


def _funnel(opened: Opened) -> list[dict[str, Any]]:
    """Return the lines of the funnel, each reason with what decided so."""
    return [
        {"label": label, "rows": rows, "fate": fate, "by": _deciding(opened, fate, label)}
        for label, rows, fate in funnel_lines(opened.version.counts)
    ]


def _deciding(opened: Opened, fate: str, reason: str) -> list[dict[str, Any]]:
    """Return the steps, with facts and bounds, that gave rows a fate for a reason; a reason may be that of several."""
    return [
        plain({name: value for name, value in each.items() if value is not None})
        for each in opened.verdicts
        if (each["fate"], each["reason"]) == (fate, reason)
    ]


def clusters(opened: Opened) -> list[dict[str, Any]]:
    """Return the rows that others repeat, with how many they are together and by which rule, the most first."""
    found = []
    for name in opened.clusters:
        counted = pc.value_counts(opened.units[name].drop_null())
        sizes = counted.field("counts")
        largest = pc.select_k_unstable(sizes, _CLUSTERS, [("", "descending")]) if len(sizes) else []
        rule = name.partition(":")[2]
        found += [
            {"row_id": counted[int(n)]["values"].as_py(), "rows": sizes[int(n)].as_py(), "rule": rule}
            for n in (each.as_py() for each in largest)
        ]
    return sorted(found, key=lambda each: (-each["rows"], each["row_id"]))[:_CLUSTERS]
