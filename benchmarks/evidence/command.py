"""A benchmark of evidence as a command: its parts measured one after another, its rows as a table or as JSON."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.table import Table

_WIDTH = 140


class Shown(Protocol):
    """A row that can be told as plain data."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""


def asked(about: str | None, parts: Sequence[str]) -> argparse.Namespace:
    """Return what a benchmark of ``parts`` is asked: ``samples``, ``seed``, ``only`` (a list) and ``json``."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default=",".join(parts), help="parts to measure, of " + ", ".join(parts))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    given.samples, given.only = given.samples.absolute(), given.only.split(",")
    return given


def measured(given: argparse.Namespace) -> list[Any]:
    """Return the rows of all parts that are asked for: what `rows` of the module ``evidence.<part>`` yields."""
    found = []
    for part in given.only:
        start = time.perf_counter()
        # What libraries have to say is no part of the rows.
        with redirect_stdout(sys.stderr):
            found += list(import_module(f"evidence.{part}").rows(given.samples, given.seed))
        print(f"{part}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return found


def show(
    found: Iterable[Shown], given: argparse.Namespace, headings: Sequence[str], cells: Callable[[Any], Sequence[str]]
) -> None:
    """Print rows as one JSON object, or as a table with ``cells`` of each under ``headings``."""
    if given.json:
        print(json.dumps({"rows": [each.as_dict() for each in found]}))
        return
    table = Table(*headings, title=f"seed {given.seed}")
    for each in found:
        table.add_row(*cells(each))
    Console(width=_WIDTH).print(table)


def figure(value: float | None, digits: int = 3) -> str:
    """Return a figure in a cell, empty where there is none."""
    return "" if value is None else f"{value:.{digits}f}"


def reach(interval: tuple[float, float] | None) -> str:
    """Return an interval in a cell, empty where there is none."""
    return f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else ""
