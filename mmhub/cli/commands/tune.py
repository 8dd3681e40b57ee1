"""`mmhub tune`: what a threshold does, and what another one would do, without decoding anything."""

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mmhub.cli import given
from mmhub.cli.amounts import bar, counted, number, percent
from mmhub.cli.screen import answers, print_json, words
from mmhub.cli.tables import plain_table

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from mmhub.request import Request
    from mmhub.tuning import Side

_WIDTH = 36
_STYLES = {"kept": "green", "dropped": "yellow", "quarantined": "magenta"}


def tune(
    recipe: given.RecipeName,
    operator: Annotated[
        str,
        typer.Argument(
            metavar="STEP[.FACT]",
            help="The step whose threshold it is about, and where it has several the fact or reason.",
        ),
    ],
    at_least: Annotated[float | None, typer.Option("--at-least", metavar="X", help="Try this lower bound.")] = None,
    at_most: Annotated[float | None, typer.Option("--at-most", metavar="X", help="Try this upper bound.")] = None,
    store: given.StoreFolder = None,
    data_dir: given.DataFolder = None,
    split: given.SplitNames = None,
    settings: given.Settings = None,
    models: given.Models = None,
    limit: given.Limit = None,
    json: given.AsJson = False,
) -> None:
    """Show what a threshold does, and what another one would change."""
    if at_least is not None and at_most is not None:
        raise typer.BadParameter("one bound is tried at a time: give --at-least or --at-most")
    side: Side | None = "at_least" if at_least is not None else "at_most" if at_most is not None else None
    value = at_least if at_least is not None else at_most
    request = given.requested(
        recipe, store=store, data_dir=data_dir, split=split, settings=settings, models=models, limit=limit, workers=None
    )
    found = _tuned(request, operator, side, value)
    if json:
        print_json(found)
        return
    _print(found)


def _tuned(request: "Request", operator: str, side: "Side | None", value: float | None) -> dict[str, Any]:
    from mmhub.cli.watching import watching
    from mmhub.request import get_ready
    from mmhub.store import Store
    from mmhub.survey import survey
    from mmhub.tuning import check_known, tune
    from mmhub.tuning.aim import aimed

    ready = get_ready(request)
    # What is not there is said before the source is read.
    aimed(ready, operator, side)
    store = Store.at(request.store)
    check_known(ready, store)
    with watching(words(), str(request.recipe)) as listener:
        found = survey(ready, store, listener)
    return tune(ready, found, store, operator, side=side, value=value)


def _print(found: Mapping[str, Any]) -> None:
    console = answers()
    for line in _heading(found):
        console.print(line, soft_wrap=True)
    for table in (_histogram(found), _rows("around the threshold", found["around"]), _others(found)):
        if table is not None:
            console.print()
            console.print(table)
    if found["trial"] is not None:
        console.print()
        for part in _trial(found):
            console.print(part, soft_wrap=True)


def _heading(found: Mapping[str, Any]) -> "list[Text]":
    from rich.text import Text

    heading = Text.assemble((f"{found['step']}.{found['fact']}", "bold"), f"  {found['summary']}")
    rows = found["rows"]
    known = f"known of {rows['known']:,} of {counted(rows['read'], 'row')}, of which {rows['kept']:,} are kept"
    lines = [heading, Text(f"{_asked(found)}; {known}")]
    if found["unmeasured"]:
        lines.append(Text(f"{found['unmeasured']:,} rows are not measured yet, and stand as kept", "yellow"))
    return lines


def _asked(found: Mapping[str, Any]) -> str:
    if found["bound"] is None:
        return f"{found['reason']}: not asked now"
    said = f"{found['reason']}: {found['side'].replace('_', ' ')} {number(found['bound'])}"
    if found["relative"] is None:
        return said
    fitted = "none fitted" if found["threshold"] is None else number(found["threshold"])
    return f"{said} ({found['relative']}), which is {fitted}"


def _histogram(found: Mapping[str, Any]) -> "Table | None":
    from rich.text import Text

    if not found["histogram"]:
        return None
    table = _table(("from", "right"), ("", "left"), ("rows", "right"), ("kept", "right"))
    most = max(each["rows"] for each in found["histogram"])
    trial = found["trial"] or {}
    for each in found["histogram"]:
        cells = Text(bar(each["kept"] / most, width=_WIDTH), "green")
        cells.append(bar((each["rows"] - each["kept"]) / most, width=_WIDTH - len(cells)), "yellow")
        for threshold, mark in ((found["threshold"], " ◂ threshold"), (trial.get("threshold"), " ◂ tried")):
            if threshold is not None and each["from"] <= threshold < each["to"]:
                cells.append(mark, "bold cyan")
        table.add_row(number(each["from"]), cells, f"{each['rows']:,}", f"{each['kept']:,}")
    return table


def _rows(title: str, rows: Sequence[Mapping[str, Any]]) -> "Table | None":
    from rich.text import Text

    if not rows:
        return None
    table = _table((title, "left"), ("value", "right"), ("fate", "left"))
    for row in rows:
        value = "-" if row["value"] is None else f"{row['value']:.6g}"
        fate = row["fate"] + (f": {row['reason']}" if row["reason"] else "")
        table.add_row(row["row_id"], value, Text(fate, _STYLES[row["fate"]]))
    return table


def _others(found: Mapping[str, Any]) -> "Table":
    side, counted = found["side"].replace("_", " "), found["relative"]
    columns = [(side, "right"), *([(found["fact"], "right")] if counted else []), ("fail", "right"), ("kept", "right")]
    table = _table(*columns, ("", "right"), ("", "left"))
    read = found["rows"]["read"]
    for each in found["others"]:
        here = each["bound"] == found["bound"]
        fitted = [] if not counted else ["-" if each["threshold"] is None else number(each["threshold"])]
        about = "" if each["exact"] else "about "
        cells = [f"{each['bound']:.6g}", *fitted, f"{each['fail']:,}", f"{about}{each['kept']:,}"]
        table.add_row(*cells, percent(each["kept"], read), "now" if here else "", style="bold" if here else "")
    return table


def _trial(found: Mapping[str, Any]) -> "list[Text | Table]":
    from rich.text import Text

    trial = found["trial"]
    said = f"{found['side'].replace('_', ' ')} {trial['bound']:.6g}"
    head = Text.assemble((said, "bold"), f": {trial['kept']:,} kept, ")
    head.append(f"{trial['more']:,} more", "green").append(", ").append(f"{trial['fewer']:,} fewer", "yellow")
    parts: list[Text | Table] = [head]
    if trial["unmeasured"]:
        parts.append(Text(f"{trial['unmeasured']:,} rows would be measured first, and may be dropped then", "yellow"))
    for title, rows in (("kept then", trial["gained"]), ("dropped then", trial["lost"])):
        if (table := _rows(title, rows)) is not None:
            parts.append(table)
    parts.append(Text(" ".join(f"--set {shlex.quote(each)}" for each in trial["set"]), "cyan"))
    return parts


def _table(*columns: tuple[str, str]) -> "Table":
    table = plain_table()
    for name, side in columns:
        table.add_column(name, no_wrap=True, justify="right" if side == "right" else "left")
    return table
