"""What differs between two resolved recipes, and between two schemas, as plain data."""

from collections.abc import Iterator, Mapping
from typing import Any

Change = dict[str, Any]
"""``where`` and ``what`` say what differs; ``before`` and ``after`` what it was and is, null where it was not there."""


def schema_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the columns that came, went, or hold something else."""
    return [{"where": "column", **each} for each in differing(before, after)]


def recipe_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what differs in source, fields, splits, segmentation and steps, option by option and rule by rule."""
    found = [{"where": name, **each} for name in ("source", "fields") for each in _deep(before[name], after[name])]
    for name in ("splits", "balance"):
        found += [{"where": name, **each} for each in _deep(before.get(name) or {}, after.get(name) or {})]
    found += _steps({"segment": before["segment"]}, {"segment": after["segment"]})
    old, new = ({step["name"]: step for step in each["steps"]} for each in (before, after))
    found += _steps(old, new)
    if list(old) != list(new) and set(old) == set(new):
        found.append({"where": "steps", "what": "order", "before": list(old), "after": list(new)})
    return found


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the entries of two mappings that differ."""
    names = [*before, *(name for name in after if name not in before)]
    return [
        {"what": name, "before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]


def _steps(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for each in differing(before, after):
        old, new = each["before"], each["after"]
        if old is None or new is None:
            known = new or old
            said = f"{known['operator']} version {known['version']}"
            yield {"where": each["what"], "what": "step", "before": old and said, "after": new and said}
            continue
        rules = [{rule["reason"]: rule for rule in step["rules"]} for step in (old, new)]
        for name, one, other in (("", old, new), ("options.", old["options"], new["options"])):
            kept = [
                {key: value for key, value in side.items() if key not in ("rules", "options", "name")}
                for side in (one, other)
            ]
            for change in differing(*kept):
                yield {"where": each["what"], **change, "what": f"{name}{change['what']}"}
        for rule in differing(*rules):
            yield from _rule(each["what"], rule)


def _rule(where: str, rule: Change) -> Iterator[Change]:
    if rule["before"] is None or rule["after"] is None:
        yield {"where": where, **rule}
        return
    for change in differing(rule["before"], rule["after"]):
        yield {"where": where, **change, "what": f"{rule['what']}.{change['what']}"}


def _deep(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    for each in differing(before, after):
        old, new = each["before"], each["after"]
        place = f"{path}{each['what']}"
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _deep(old, new, f"{place}.")
        else:
            yield {"what": place, "before": old, "after": new}
