"""`mmhub show`: what a version holds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mmhub.cli import given
from mmhub.cli.amounts import number, percent
from mmhub.cli.funnel import funnel, repairs
from mmhub.cli.screen import answers, print_json
from mmhub.cli.tables import fits, plain_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_OF = {"kept": "kept", "read": "all"}
"""Which rows a spread is of: what is said, and its key."""


def show(name: given.VersionName, store: given.StoreFolder = None, json: given.AsJson = False) -> None:
    """Show a version: funnel, columns, facts at a glance."""
    from mmhub.showing.glance import glance

    found = glance(name, store)
    if json:
        print_json(found)
        return
    console = answers()
    for line in _heading(found):
        console.print(line, soft_wrap=True)
    console.print()
    console.print(funnel(found))
    tables = (repairs(found), _splits(found), _columns(found), _calibrations(found), *_facts(found, console))
    for table in tables:
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
    table = plain_table("split", "rows", "", right=("rows", ""))
    kept = found["rows"]["kept"]
    for split, rows in found["splits"].items():
        table.add_row(split, f"{rows:,}", percent(rows, kept))
    return table


def _columns(found: Mapping[str, Any]) -> "Table":
    table = plain_table("column", "holds", wrapped=("holds",))
    for name, column in found["columns"].items():
        model = column.get("model")
        kind = f"{column['holds']}, {model} ({str(column.get('revision'))[:12]})" if model else column["holds"]
        table.add_row(name, kind)
    return table


def _calibrations(found: Mapping[str, Any]) -> "Table | None":
    made = {name: about for name, about in found["calibrations"].items() if about["quantiles"]}
    if not made:
        return None
    table = plain_table("score", "mismatched pairs", "5 % reach", "1 % reach")
    for name, about in made.items():
        table.add_row(name, f"{about['pairs']:,}", *(f"{about['quantiles'][share]:.4g}" for share in ("0.95", "0.99")))
    return table


def _facts(found: Mapping[str, Any], console: "Console") -> "list[Table]":
    """Return how facts are spread: of what was kept beside what was read, or below it where that is too wide."""
    if not found["facts"]:
        return []
    beside = _spreads(found["facts"], *_OF)
    if fits(beside, console):
        return [beside]
    return [_spreads(found["facts"], of) for of in _OF]


def _spreads(facts: Sequence[Mapping[str, Any]], *rows: str) -> "Table":
    table = plain_table("fact", gap=1)
    for of in rows:
        for name in ("min", "median", "max"):
            table.add_column(
                f"{of}\n{name}" if name == "min" else f"\n{name}", justify="right", no_wrap=True, min_width=7
            )
    step = ""
    for fact in facts:
        if fact["step"] != step:
            step = fact["step"]
            table.add_row(step, style="cyan")
        table.add_row(f"  {fact['fact']}", *(cell for of in rows for cell in _cells(fact[_OF[of]])))
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
