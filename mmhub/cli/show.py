"""`mmhub show`: what a version holds."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from mmhub.cli import given
from mmhub.cli.funnel import funnel, repairs
from mmhub.cli.screen import answers, percent, print_json

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def show(name: given.VersionName, store: given.StoreFolder = None, json: given.AsJson = False) -> None:
    """Show a version: funnel, columns, facts at a glance."""
    try:
        from mmhub.showing.glance import glance

        found = glance(name, store)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if json:
        print_json(found)
        return
    console = answers()
    for line in _heading(found):
        console.print(line, soft_wrap=True)
    console.print()
    console.print(funnel(found))
    for table in (repairs(found), _splits(found), _columns(found), _calibrations(found), _facts(found)):
        if table is not None:
            console.print()
            console.print(table)


def _heading(found: Mapping[str, Any]) -> "list[Text]":
    from rich.text import Text

    heading = [Text.assemble((f"{found['name']}@{found['version']}", "bold green"), f"  {found['identity'][:12]}")]
    if found["parent"]:
        heading[0].append(f"  after {found['parent']}", "dim")
    if found["summary"]:
        heading.append(Text(found["summary"]))
    about = [each for each in (found["licence"], found["homepage"]) if each]
    return [*heading, Text("  ".join(about), "dim")] if about else heading


def _splits(found: Mapping[str, Any]) -> "Table | None":
    if not found["splits"]:
        return None
    table = _table("split", "rows", "")
    kept = found["rows"]["kept"]
    for split, rows in found["splits"].items():
        table.add_row(split, f"{rows:,}", percent(rows, kept))
    return table


def _columns(found: Mapping[str, Any]) -> "Table":
    table = _table("column", "holds")
    for name, column in found["columns"].items():
        model = column.get("model")
        kind = f"{column['holds']}, {model} ({str(column.get('revision'))[:12]})" if model else column["holds"]
        table.add_row(name, kind)
    return table


def _calibrations(found: Mapping[str, Any]) -> "Table | None":
    made = {name: about for name, about in found["calibrations"].items() if about["quantiles"]}
    if not made:
        return None
    table = _table("score", "mismatched pairs", "5 % reach", "1 % reach")
    for name, about in made.items():
        table.add_row(name, f"{about['pairs']:,}", *(f"{about['quantiles'][share]:.4g}" for share in ("0.95", "0.99")))
    return table


def _facts(found: Mapping[str, Any]) -> "Table | None":
    if not found["facts"]:
        return None
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("fact", no_wrap=True)
    for of in ("kept", "read"):
        for name in ("min", "median", "max"):
            table.add_column(
                f"{of}\n{name}" if name == "min" else f"\n{name}", justify="right", no_wrap=True, min_width=7
            )
    step = ""
    for fact in found["facts"]:
        if fact["step"] != step:
            step = fact["step"]
            table.add_row(step, style="cyan")
        table.add_row(f"  {fact['fact']}", *_cells(fact["kept"]), *_cells(fact["all"]))
    return table


def _cells(spread: Mapping[str, Any] | None) -> list[str]:
    """Return three cells: min, median and max of a quantity, or in the last what there is to say of anything else."""
    if spread is None:
        return ["", "", "-"]
    if "min" in spread:
        return [number(spread[key]) for key in ("min", "median", "max")]
    if "different" in spread:
        return [f"{spread['different']:,}", "differ", ""]
    value, share = next(iter(spread["shares"].items()))
    return ["", str(value), percent(share, 1)]


def number(value: float | int) -> str:
    """Return a fact so that it is short and says what matters, as in ``1,234``, ``0.0312`` or ``12.5``."""
    if isinstance(value, int) or (float(value).is_integer() and abs(value) < 1e15):
        return f"{int(value):,}"
    if abs(value) >= 100:
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}"
    return f"{value:.3g}"


def _table(*names: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in names:
        table.add_column(
            name, no_wrap=not name.startswith("holds"), justify="right" if name in ("rows", "") else "left"
        )
    return table
