"""One row with all that is known of it."""

from typing import Any

import numpy as np
import pyarrow.compute as pc

from mmhub.pages.cards import card
from mmhub.pages.cues import spans
from mmhub.pages.numbers import plain
from mmhub.pages.opened import Opened
from mmhub.pages.originals import Originals
from mmhub.pages.selection import Where, chosen
from mmhub.pages.words import Words
from mmhub.showing.fate import told

_CHARACTERS = 20_000
_ALIKE = 24


def whole_row(opened: Opened, unit: int, originals: Originals, words: Words) -> dict[str, Any]:
    """Return everything about a unit: values, facts with the rules they had to keep, repairs, spans, duplicates."""
    row = opened.ledger_rows(np.array([unit]))[0]
    names = [name for name in opened.fields if name in opened.tables.kept.column_names]
    kept = opened.kept_rows(np.array([unit]), names)[0]
    found = told(opened.rules, row)
    return {
        **card(opened, unit, row, kept, originals, words, characters=_CHARACTERS),
        "decided_by": found["decided_by"],
        "repaired": found["repaired"],
        "sha256": {name: {"read": value, **_published(opened, name, kept)} for name, value in found["sha256"].items()},
        "facts": [_fact(each) for each in found["facts"]],
        "spans": [
            {"name": f"{each['step']}.{each['fact']}", "spans": marks}
            for each in found["facts"]
            if (marks := spans(each["value"]))
        ],
        "siblings": _siblings(opened, row["row_id"]),
        "duplicates": _duplicates(opened, unit, row),
    }


def _fact(told_of: dict[str, Any]) -> dict[str, Any]:
    known = told_of["value"] is not None
    rules = [
        {"reason": rule["reason"], "says": rule["says"], "passed": rule["passed"] if known else None}
        for rule in told_of["rules"]
        if rule.get("on", True)
    ]
    value = None if spans(told_of["value"]) else plain(told_of["value"])
    return {"column": f"{told_of['step']}.{told_of['fact']}", "value": value, "rules": rules}


def _published(opened: Opened, name: str, kept: dict[str, Any] | None) -> dict[str, Any]:
    """Return the sha256 of a medium as it is kept, where it is one."""
    if kept is None or name not in opened.tables.media or kept[name] is None:
        return {}
    value = kept[name]
    return {"kept": [each.hex() for each in value if each] if isinstance(value, list) else value.hex()}


def _siblings(opened: Opened, row_id: str) -> list[dict[str, Any]]:
    """Return the units that were cut from the same row, in their order."""
    parent, mark, number = row_id.rpartition("#")
    if not mark or not number.isdigit():
        return []
    hit = np.flatnonzero(np.asarray(pc.starts_with(opened.units["row_id"], f"{parent}#"), dtype=bool))
    names = ["row_id", "fate", "reason"]
    return [{"unit": int(unit), **opened.ledger_rows_of(int(unit), names)} for unit in hit[:_ALIKE]]


def _duplicates(opened: Opened, unit: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows that repeat this one, or that it repeats, by each rule that says so."""
    found = []
    for name in opened.clusters:
        if row[name] is None:
            continue
        others = chosen(opened, Where(cluster=row[name]))
        others = others[others != unit][:_ALIKE]
        names = ["row_id", "fate", "split"]
        about = [{"unit": int(each), **opened.ledger_rows_of(int(each), names)} for each in others]
        found.append({"rule": name.partition(":")[2], "original": row[name], "rows": about})
    return found
