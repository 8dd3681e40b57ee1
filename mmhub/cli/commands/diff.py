"""`mmhub diff`: what differs between two versions, and why."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mmhub.cli import given
from mmhub.cli.amounts import counted, number
from mmhub.cli.examples import example_lines
from mmhub.cli.screen import answers, print_json
from mmhub.cli.tables import plain_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from mmhub.diff import Cause, Diff


def diff(
    version: given.VersionName,
    other: Annotated[
        str | None,
        typer.Argument(metavar="[NAME@VERSION]", help="Another; where none is named, NAME's parent is first."),
    ] = None,
    rows: Annotated[int, typer.Option("--rows", metavar="N", min=0, help="Rows to name for each cause.")] = 3,
    store: given.StoreFolder = None,
    json: given.AsJson = False,
) -> None:
    """Compare two versions: rows added, removed and changed, and why; facts, columns and recipe."""
    from mmhub.diff import compare, pair
    from mmhub.store import Store

    place = Store.at(store)
    found = compare(*pair(place, version, other), place, examples=rows)
    if json:
        print_json(found.as_dict())
    else:
        _print(found)


def _print(found: "Diff") -> None:
    from rich.text import Text

    console = answers()
    counts = found.rows
    console.print(Text.assemble((found.before, "bold"), " → ", (found.after, "bold green")))
    console.print(f"{counted(counts['before'], 'row')} → {counts['after']:,}", style="dim")
    if not any((counts["removed"], counts["added"], counts["changed"], found.facts, found.schema, found.recipe)):
        console.print("\nnothing differs")
        return
    _print_causes(console, f"removed  -{counts['removed']:,}", "bold yellow", found.removed)
    _print_causes(console, f"added  +{counts['added']:,}", "bold green", found.added)
    _print_changed(console, f"changed  {counts['changed']:,}", found.changed)
    for table in (_facts(found), _changes("columns", found.schema), _changes("recipe", found.recipe)):
        if table is not None:
            console.print()
            console.print(table)


def _print_causes(console: "Console", heading: str, style: str, causes: "Sequence[Cause]") -> None:
    if not causes:
        return
    console.print()
    console.print(heading, style=style)
    for cause in causes:
        _print_cause(console, cause)


def _print_changed(console: "Console", heading: str, changed: Mapping[str, Mapping[str, Any]]) -> None:
    if not changed:
        return
    console.print()
    console.print(heading, style="bold cyan")
    for field, about in changed.items():
        console.print(f"  {about['rows']:>7,}  {field}", soft_wrap=True)
        for row_id in about["examples"]:
            console.print(f"           {row_id}", style="dim", soft_wrap=True)


def _print_cause(console: "Console", cause: "Cause") -> None:
    console.print(f"  {cause.rows:>7,}  {cause.cause}: {cause.says}", soft_wrap=True)
    bounds = {"fact": cause.fact, "at_least": cause.at_least, "at_most": cause.at_most}
    for line in example_lines(cause.examples, bounds):
        console.print(line, style="dim", soft_wrap=True)


def _facts(found: "Diff") -> "Table | None":
    if not found.facts:
        return None
    headings = ("fact of the rows kept", "median", "is now", "index")
    table = plain_table(*headings, right=headings[1:], wrapped=headings)
    for each in found.facts:
        table.add_row(f"  {each.fact}", number(each.median_before), number(each.median_after), f"{each.psi:.2f}")
    return table


def _changes(title: str, changes: list[dict[str, Any]]) -> "Table | None":
    if not changes:
        return None
    headings = (title, "", "was", "is")
    table = plain_table(*headings, wrapped=headings)
    for each in changes:
        where = "" if each["where"] == "column" else each["where"]
        table.add_row(
            f"  {where or each['what']}", each["what"] if where else "", _said(each["before"]), _said(each["after"])
        )
    return table


def _said(value: Any) -> str:
    """Return a part of a recipe or a schema in few words."""
    if value is None:
        return "-"
    if isinstance(value, dict) and "_type" in value:
        inner = _said(value["feature"]) if "feature" in value else str(value.get("dtype") or value["_type"]).lower()
        return f"list of {inner}" if "feature" in value else inner
    if isinstance(value, dict):
        return ", ".join(f"{key} {_said(each)}" for key, each in value.items() if each is not None and key != "kind")
    return number(value) if isinstance(value, float) else str(value)
