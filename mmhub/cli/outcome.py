"""What a build came to, laid out for a person."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mmhub.cli.amounts import counted, in_time, percent
from mmhub.cli.funnel import funnel, repairs
from mmhub.cli.tables import plain_table
from mmhub.store import default_root

if TYPE_CHECKING:
    from mmhub.report import Report


def print_outcome(console: Console, report: "Report") -> None:
    """Print the funnel, the repairs, the planted defects, the notes, and what to type next."""
    counts = report.as_dict()
    console.print(_headline(report), soft_wrap=True)
    console.print()
    console.print(funnel(counts))
    if mended := repairs(counts):
        console.print()
        console.print(mended)
    if report.planted is not None:
        console.print()
        console.print(planted(report.planted))
        console.print(f"{report.clean:,} clean rows, of which {report.lost_clean:,} were lost", style="dim")
    notes = [*report.notes, *([] if report.rows["kept"] else ["no row was kept: `mmhub why` tells the reasons"])]
    if notes:
        console.print()
    for note in notes:
        console.print(Text.assemble(("note: ", "bold cyan"), note), soft_wrap=True)
    console.print()
    for line in _next(report):
        console.print(line, soft_wrap=True)


def planted(defects: Mapping[str, Mapping[str, int]]) -> Table:
    """Return a table of the defects a generated source planted, and how many of each were caught."""
    table = plain_table("defect", "planted", "caught", "", right=("planted", "caught", ""))
    table.columns[0].min_width = 18
    for defect, tally in sorted(defects.items()):
        _defect(table, defect, tally["planted"], tally["caught"])
    _defect(table, "all", *(sum(each[key] for each in defects.values()) for key in ("planted", "caught")))
    return table


def _defect(table: Table, name: str, planted: int, caught: int) -> None:
    style = ("bold " if name == "all" else "") + ("" if caught == planted else "yellow")
    missed = "" if caught == planted else f"{planted - caught:,} missed"
    table.add_row(f"  {name}", f"{planted:,}", f"{caught:,}", missed or percent(caught, planted), style=style.strip())


def _headline(report: "Report") -> Text:
    version = f"{report.name}@{report.version}"
    took = f"in {in_time(report.seconds['total'])}"
    if report.unchanged:
        return Text.assemble("nothing changed: ", (version, "bold green"), " stands  ", (f"{took}", "dim"))
    done = f"{took}, {counted(report.decoded, 'value')} decoded"
    if report.encoded:
        done += f", {report.encoded:,} encoded"
    return Text.assemble(("built ", ""), (version, "bold green"), f"  {report.identity[:12]}  ", (done, "dim"))


def _next(report: "Report") -> list[Text]:
    elsewhere = Path(report.store) != default_root().expanduser().absolute()
    option = f" --store {shlex.quote(report.store)}" if elsewhere else ""
    argument = f", store={json.dumps(report.store)}" if elsewhere else ""
    rows = [
        ("store", report.store),
        ("next", f"mmhub show {report.name}{option}"),
        ("", f"mmhub why {report.name}{option}"),
        ("", f'mmhub.load("{report.name}@{report.version}"{argument})'),
    ]
    return [Text.assemble((f"{head:<8}", "dim"), what) for head, what in rows]
