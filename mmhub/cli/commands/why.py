"""`mmhub why`: the fate of one row, or every reason for which rows were not kept."""

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mmhub.cli import given
from mmhub.cli.amounts import counted, number
from mmhub.cli.examples import example_lines
from mmhub.cli.screen import answers, print_json
from mmhub.cli.tables import plain_table

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_STYLES = {"kept": "bold green", "dropped": "bold yellow", "quarantined": "bold magenta", "segmented": "bold cyan"}
_MARKS = {True: ("passed", "green"), False: ("failed", "bold yellow"), None: ("not asked", "dim")}


def why(
    name: given.VersionName,
    row_id: Annotated[
        str | None, typer.Argument(metavar="[ROW_ID]", help="The row, kept or not; every reason where none is named.")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", metavar="N", min=0, help="Rows to name for each reason.")] = 3,
    store: given.StoreFolder = None,
    json: given.AsJson = False,
) -> None:
    """Tell what became of a row, and why; or which rows were not kept, and why."""
    from mmhub.showing.fate import fate
    from mmhub.showing.reasons import reasons

    found = reasons(name, store, examples=rows) if row_id is None else fate(name, row_id, store)
    if json:
        print_json(found)
    elif row_id is None:
        _print_reasons(found)
    else:
        _print_fate(found)


def _print_reasons(found: Mapping[str, Any]) -> None:
    console = answers()
    counts = found["rows"]
    console.print(f"{found['version']} kept {counts['kept']:,} of {counted(counts['read'], 'row')}", soft_wrap=True)
    fate = None
    for each in found["reasons"]:
        if each["fate"] != fate:
            fate = each["fate"]
            console.print()
            console.print(f"{fate}  {counts[fate]:,}", style=_STYLES[fate])
        by = f", decided by {each['decided_by']}" if each["decided_by"] else ""
        console.print(f"  {each['count']:>7,}  {each['reason']}{by}", soft_wrap=True)
        for line in example_lines(each["rows"], each):
            console.print(line, style="dim", soft_wrap=True)
    if some := next((row["row_id"] for each in found["reasons"] for row in each["rows"]), None):
        console.print()
        console.print(f"next  mmhub why {shlex.quote(found['version'])} {shlex.quote(some)}", soft_wrap=True)


def _print_fate(found: Mapping[str, Any]) -> None:
    console = answers()
    for line in _heading(found):
        console.print(line, soft_wrap=True)
    if found["facts"]:
        console.print()
        console.print(_facts(found))


def _heading(found: Mapping[str, Any]) -> "list[Text]":
    from rich.text import Text

    words = Text.assemble((found["row_id"], "bold"), " was ", (found["fate"], _STYLES[found["fate"]]))
    words.append(f" in {found['version']}")
    if found["reason"]:
        words.append(f": {found['reason']}", _STYLES[found["fate"]])
    lines = [words]
    if found["decided_by"]:
        lines.append(Text(f"  decided by {found['decided_by']}"))
    if found["message"]:
        lines.append(Text(f"  {found['message']}{_units(found.get('units', ()))}"))
    if found["span"]:
        lines.append(Text(f"  cut from {_where(found['span'])}"))
    if found["split"]:
        lines.append(Text(f"  split {found['split']}", "dim"))
    if found["repaired"]:
        lines.append(Text(f"  repaired by {', '.join(found['repaired'])}", "cyan"))
    return lines


def _units(units: Sequence[Mapping[str, Any]]) -> str:
    """Return what became of the segments of a row, in a few words."""
    said = [f"{each['count']} {each['fate']}" + (f": {each['reason']}" if each["reason"] else "") for each in units]
    return f" ({', '.join(said)})" if said else ""


def _where(span: Mapping[str, Any]) -> str:
    """Return of which row a segment was cut, and from where to where."""
    if span["unit"] == "ns":
        return f"{span['parent']}, {span['start'] / 1e9:.3f} to {span['end'] / 1e9:.3f} s"
    return f"{span['parent']}, characters {span['start']} to {span['end']}"


def _facts(found: Mapping[str, Any]) -> "Table":
    from rich.text import Text

    table = plain_table("fact")
    table.add_column("value", justify="right", min_width=16, max_width=24)
    table.add_column("rule")
    table.add_column("", no_wrap=True)
    step = ""
    for fact in found["facts"]:
        if fact["step"] != step:
            step = fact["step"]
            table.add_row(step, style="cyan")
        shown = _value(fact["value"], fact["dtype"])
        for place, rule in enumerate(fact["rules"] or (None,)):
            name, value = (f"  {fact['fact']}", shown) if place == 0 else ("", "")
            if rule is None:
                table.add_row(name, value, style="dim")
                continue
            mark, style = _MARKS[rule["passed"]]
            table.add_row(name, value, f"{rule['reason']}: {rule['says']}", Text(mark, style))
    return table


def _spans(spans: Sequence[Mapping[str, Any]]) -> str:
    """Return how many spans there are, and from when to when they reach."""
    if not spans:
        return "no spans"
    return f"{len(spans)} spans, {spans[0]['start'] / 1e9:.2f} to {spans[-1]['end'] / 1e9:.2f} s"


def _value(value: Any, dtype: str) -> str:
    if dtype == "spans" and isinstance(value, list) and not (value and isinstance(value[0], list)):
        return _spans(value)
    if isinstance(value, list):
        return ", ".join(_value(each, dtype) for each in value)
    if value is None:
        return "-"
    if dtype == "uint64":
        return f"{value:016x}"
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
