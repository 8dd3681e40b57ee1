"""Versions and ledgers as notebooks show them."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

_COLOURS = {"read": "#8a929c", "kept": "#2f6fb3", "dropped": "#d9822b", "quarantined": "#8557c7"}


def version_html(name: str, about: str, counts: Mapping[str, Any], splits: Mapping[str, int]) -> str:
    """Return a version as HTML: its funnel, and the rows of its splits; every text in it is escaped."""
    shares = " · ".join(f"{escape(split)} {rows:,}" for split, rows in splits.items())
    words = f"<p>{escape(about)}</p>" if about else ""
    return f"<h4>{escape(name)}</h4>{words}{_table(_lines(counts), counts['rows']['read'])}<p>{shares}</p>"


def ledger_html(name: str, counts: Mapping[str, Any], columns: int) -> str:
    """Return a ledger as HTML: its fates, and how to open it elsewhere."""
    rows = counts["rows"]["read"] + counts["rows"].get("segmented", 0)
    how = "<code>.to_pandas()</code>, <code>.to_polars()</code>, or <code>.data.table</code> for DuckDB and Arrow"
    head = f"<h4>ledger of {escape(name)}: {rows:,} rows, {columns} columns</h4>"
    return f"{head}{_table(_lines(counts), counts['rows']['read'])}<p>{how}</p>"


def _lines(counts: Mapping[str, Any]) -> Iterable[tuple[str, int, str]]:
    yield "read", counts["rows"]["read"], "read"
    for fate in ("dropped", "quarantined"):
        yield from ((reason, rows, fate) for reason, rows in counts[fate].items())
    yield "kept", counts["rows"]["kept"], "kept"


def _table(lines: Iterable[tuple[str, int, str]], read: int) -> str:
    return f"<table>{''.join(_line(label, rows, fate, read) for label, rows, fate in lines)}</table>"


def _line(label: str, rows: int, fate: str, read: int) -> str:
    share = 100 * rows / read if read else 0
    bar = f"<div style='background:{_COLOURS[fate]};height:0.8em;width:{share:.2f}%'></div>"
    cells = f"<td style='width:20em'>{bar}</td><td style='text-align:right'>{rows:,}</td><td>{share:.1f} %</td>"
    return f"<tr><th style='text-align:left'>{escape(label)}</th>{cells}</tr>"
