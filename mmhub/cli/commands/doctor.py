"""`mmhub doctor`: whether this machine is fit to build."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from mmhub.cli import given
from mmhub.cli.screen import answers, print_json

if TYPE_CHECKING:
    from mmhub.cli.checks import Check

_STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red"}


def doctor(store: given.StoreFolder = None, json: given.AsJson = False) -> None:
    """Look whether this machine is fit to build, and which data type its encoders are fastest in."""
    from mmhub.cli.checks import checks, dtype
    from mmhub.cli.probe import probe
    from mmhub.engines.devices import wait_passively

    wait_passively()
    found = list(checks(store))
    probed = probe()
    found.append(dtype(probed))
    problems = sum(check.level == "problem" for check in found)
    if json:
        dtypes = {**asdict(probed), "fastest": probed.fastest} if probed else None
        print_json({"fit": not problems, "checks": [check._asdict() for check in found], "dtypes": dtypes})
    else:
        _print(found)
    if problems:
        raise typer.Exit(1)


def _print(found: "list[Check]") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in found:
        table.add_row(Text(check.level, _STYLES[check.level]), check.subject, check.words)
    answers().print(table)
