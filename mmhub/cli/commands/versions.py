"""`mmhub versions`: what the store holds."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mmhub.cli import given
from mmhub.cli.screen import answers, print_json, words
from mmhub.cli.tables import fits, plain_table

if TYPE_CHECKING:
    from rich.table import Table

    from mmhub.store import Store

_HEADINGS = ("version", "identity", "kept", "read", "date", "after", "")
_LEFT_OUT = ((), ("identity",), ("identity", "date"), ("identity", "date", "after"))
"""Columns that a narrow terminal does without, the fewest first."""


def versions(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A dataset; all of them where none is named.")
    ] = None,
    store: given.StoreFolder = None,
    json: given.AsJson = False,
) -> None:
    """List the versions a store holds."""
    from mmhub.store import Store
    from mmhub.version import find, names

    place = Store.at(store)
    chosen = names(place) if name is None else [find(place, name.partition("@")[0]).name]
    listed = {each: _listed(place, each) for each in chosen}
    if json:
        print_json({"store": str(place.root), "datasets": listed})
    elif not listed:
        words().print(
            f"the store {str(place.root)!r} holds no dataset yet: `mmhub build RECIPE` makes one", soft_wrap=True
        )
    else:
        _print(listed)


def _listed(store: "Store", name: str) -> list[dict[str, Any]]:
    """Return the versions of a dataset, the newest first."""
    from mmhub.version import find, newest, tags, taken, withdrawn

    current = newest(store, name)
    named = tags(store, name)
    gone = withdrawn(store, name)
    found: list[dict[str, Any]] = []
    for number in reversed(taken(store, name)):
        called = [tag for tag, of in named.items() if of == number]
        if number in gone:
            told = {"date": gone[number]["date"], "reason": gone[number]["reason"]}
            found.append({"version": number, "newest": False, "tags": called, "withdrawn": told})
            continue
        version = find(store, f"{name}@{number}")
        found.append(
            {
                "version": number,
                "newest": current is not None and current.number == number,
                "identity": version.identity,
                "rows": version.counts["rows"],
                "date": _date(store.versions / name / f"{number}.json"),
                "parent": version.manifest["parent"],
                "same_as": version.manifest.get("same_as"),
                "tags": called,
            }
        )
    return found


def _date(manifest: Path) -> str:
    return datetime.fromtimestamp(manifest.stat().st_mtime, UTC).isoformat(timespec="seconds")


def _print(listed: dict[str, list[dict[str, Any]]]) -> None:
    console = answers()
    for left_out in _LEFT_OUT:
        table = _table(listed, left_out)
        if fits(table, console):
            break
    console.print(table)


def _table(listed: dict[str, list[dict[str, Any]]], left_out: Collection[str]) -> "Table":
    """Return a line per version, without some columns."""
    shown = [place for place, heading in enumerate(_HEADINGS) if heading not in left_out]
    table = plain_table(*(_HEADINGS[place] for place in shown), right=("kept", "read"))
    for name, several in listed.items():
        for each in several:
            style = "bold" if each["newest"] else "dim" if "withdrawn" in each else None
            cells = (f"{name}@{each['version']}", *_cells(each))
            table.add_row(*(cells[place] for place in shown), style=style)
    return table


def _cells(each: dict[str, Any]) -> tuple[str, ...]:
    """Return what a line says of a version beside its name."""
    tags = ", ".join(each["tags"])
    if "withdrawn" in each:
        gone = each["withdrawn"]
        return (
            "withdrawn",
            "",
            "",
            _when(gone["date"]),
            "",
            "; ".join(part for part in (tags, gone["reason"]) if part),
        )
    numbers = (f"{each['rows']['kept']:,}", f"{each['rows']['read']:,}")
    same = f"as {each['same_as']}" if each["same_as"] else ""
    notes = ", ".join(part for part in (tags, same) if part)
    return (each["identity"][:12], *numbers, _when(each["date"]), each["parent"] or "", notes)


def _when(date: str) -> str:
    return datetime.fromisoformat(date).astimezone().strftime("%Y-%m-%d %H:%M")
