"""Rows that are named as examples of a reason, each with what decided about it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mmhub.cli.amounts import number

_BOUNDS = {"at_least": "at least", "at_most": "at most"}


def example_lines(rows: Sequence[Mapping[str, Any]], reason: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line per row: its id, the value of the fact with the bounds of ``reason``, and what was noted of it."""
    bounds = [f"{word} {number(reason[key])}" for key, word in _BOUNDS.items() if reason[key] is not None]
    for row in rows:
        parts = [f"           {row['row_id']}"]
        value, note = row.get("value"), row.get("message")
        if value is not None and not isinstance(value, list) and (bounds or not note):
            shown = number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
            parts.append(f"{reason['fact']} {shown}{', ' + ' and '.join(bounds) if bounds else ''}")
        if note:
            parts.append(note)
        yield "  ".join(parts)
