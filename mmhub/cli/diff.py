"""`mmhub diff`: what differs between two versions, and why."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mmhub.cli import given
from mmhub.cli.screen import answers, print_json
from mmhub.cli.show import number

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
    try:
        from mmhub.diff import compare, pair
        from mmhub.store import Store

        place = Store.at(store)
        found = compare(*pair(place, version, other), place, examples=rows)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if json:
        print_json(found.as_dict())
    else:
        _print(found)


def _print(found: "Diff") -> None:
    from rich.text import Text

    console = answers()
    counts = found.rows
    console.print(Text.assemble((found.before, "bold"), " → ", (found.after, "bold green")))
    console.print(f"{counts['before']:,} rows → {counts['after']:,}", style="dim")
    if not any((counts["removed"], counts["added"], counts["changed"], found.facts, found.schema, found.recipe)):
        console.print("\nnothing differs")
        return
    for name, sign, style, several in (("removed", "-", "yellow", found.removed), ("added", "+", "green", found.added)):
        if several:
            console.print()
            console.print(f"{name}  {sign}{counts[name]:,}", style=f"bold {style}")
            for cause in several:
                _print_cause(console, cause)
    if found.changed:
        console.print()
        console.print(f"changed  {counts['changed']:,}", style="bold cyan")
        for field, about in found.changed.items():
            console.print(f"  {about['rows']:>7,}  {field}", soft_wrap=True)
            for row_id in about["examples"]:
                console.print(f"           {row_id}", style="dim", soft_wrap=True)
    for table in (_facts(found), _changes("columns", found.schema), _changes("recipe", found.recipe)):
        if table is not None:
            console.print()
            console.print(table)


def _print_cause(console: "Console", cause: "Cause") -> None:
    bounds = [
        f"{word} {number(value)}"
        for word, value in (("at least", cause.at_least), ("at most", cause.at_most))
        if value is not None
    ]
    console.print(f"  {cause.rows:>7,}  {cause.cause}: {cause.says}", soft_wrap=True)
    for each in cause.examples:
        parts = [f"           {each['row_id']}"]
        if each.get("value") is not None and not isinstance(each["value"], list):
            value = each["value"]
            shown = number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
            parts.append(f"{cause.fact} {shown}{', ' + ' and '.join(bounds) if bounds else ''}")
        if each.get("message"):
            parts.append(each["message"])
        console.print("  ".join(parts), style="dim", soft_wrap=True)


def _facts(found: "Diff") -> "Table | None":
    if not found.facts:
        return None
    table = _table("fact of the rows kept", "median", "is now", "index")
    for each in found.facts:
        table.add_row(f"  {each.fact}", number(each.median_before), number(each.median_after), f"{each.psi:.2f}")
    return table


def _changes(title: str, changes: list[dict[str, Any]]) -> "Table | None":
    if not changes:
        return None
    table = _table(title, "", "was", "is")
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


def _table(*names: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in names:
        table.add_column(name, justify="right" if name in ("median", "is now", "index") else "left")
    return table
