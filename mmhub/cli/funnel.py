"""A funnel: how many rows were read, what each reason cost, and how many were kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mmhub.cli.amounts import bar, counted, percent

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.measure import Measurement
    from rich.table import Table

_BAR_WIDTH = 28


@dataclass(frozen=True)
class _Bar:
    """A share as a bar: it gets shorter on a narrow terminal, so that no number is cut off."""

    share: float

    def __rich_measure__(self, console: "Console", options: "ConsoleOptions") -> "Measurement":
        from rich.measure import Measurement

        return Measurement(0, _BAR_WIDTH)

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> Iterator[str]:
        yield bar(self.share, width=min(_BAR_WIDTH, options.max_width))


def funnel(counts: Mapping[str, Any]) -> "Table":
    """Return the counts of a version or a report as a table with a line per reason."""
    from rich.table import Table

    rows = counts["rows"]
    read = rows["read"]
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, min_width=16)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    _line(table, "read", read, read, style="bold")
    if rows.get("segmented"):
        table.add_row("", "", "", f"cut from {counted(rows['segmented'], 'row')}", style="dim")
    for fate, style in (("dropped", "yellow"), ("quarantined", "magenta")):
        if rows[fate]:
            _line(table, fate, rows[fate], read, style="")
            for reason, number in counts[fate].items():
                _line(table, f"  {reason}", number, read, style=style)
    _line(table, "kept", rows["kept"], read, style="bold green")
    return table


def repairs(counts: Mapping[str, Any]) -> "Table | None":
    """Return a line per step that repaired values, or nothing where none did."""
    from rich.table import Table

    if not counts["rows"]["repaired"]:
        return None
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, min_width=16)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_row(
        "repaired", f"{counts['rows']['repaired']:,}", percent(counts["rows"]["repaired"], counts["rows"]["read"])
    )
    for step, number in counts["repaired"].items():
        table.add_row(f"  {step}", f"{number:,}", percent(number, counts["rows"]["read"]), style="cyan")
    return table


def _line(table: "Table", name: str, number: int, read: int, *, style: str) -> None:
    share = number / read if read else 0.0
    table.add_row(name, f"{number:,}", percent(number, read), _Bar(share), style=style)
