"""A build as it runs, on a terminal: a progress bar over a small table."""

from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.progress import BarColumn, Progress, SpinnerColumn, Task, TextColumn
from rich.table import Table
from rich.text import Text

from mmhub.cli.amounts import in_time, percent
from mmhub.cli.screen import DOING

if TYPE_CHECKING:
    from mmhub.measuring.pace import Tally
    from mmhub.survey import Stage

_REASONS = 8
"""Reasons shown while a build runs; the rest are summed up."""


class LiveFunnel:
    """What a listener hears, as a progress bar over a small table."""

    def __init__(self, console: Console, name: str) -> None:
        self._read: int | None = None
        self._tally: Tally | None = None
        self._total = 0
        self._progress = Progress(
            SpinnerColumn(style="cyan"),
            TextColumn("[bold]{task.fields[name]}[/] {task.description}"),
            BarColumn(bar_width=20, complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
            _Amount(),
            console=console,
        )
        self._name = name
        self._task = self._progress.add_task("starting", total=None, name=name)
        self._stage = ""

    def __call__(self, stage: "Stage", done: int, total: int | None, tally: "Tally | None") -> None:
        """Take note of how far a stage is."""
        if stage != self._stage:
            self._stage = stage
            # A task of its own: one that is reset keeps its total where the new one is not known.
            self._progress.remove_task(self._task)
            self._task = self._progress.add_task(DOING[stage], total=total, name=self._name)
        self._progress.update(self._task, completed=done, total=total)
        if stage == "source":
            self._read = done
        if stage == "measure":
            self._total = total or 0
        self._tally = tally or self._tally

    def __rich__(self) -> Group:
        return Group(self._progress, *([self._table()] if self._read is not None else []))

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_column(min_width=16, no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_row("  read", f"{self._read or 0:,}")
        if self._tally is None:
            return table
        table.add_row("  to measure", f"{self._total:,}")
        losses, done = self._tally.losses, self._tally.units
        if losses.total():
            table.add_row("  lost so far", f"{losses.total():,}", percent(losses.total(), done))
        for reason, number in (+losses).most_common(_REASONS):
            table.add_row(f"    {reason}", f"{number:,}", percent(number, done), style="yellow")
        return table


class _Amount(TextColumn):
    """How many of how many, how many in a second, and the time the rest takes at that rate."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        if not task.total:
            return Text(f"{task.completed:,.0f}" if task.completed else "")
        amount = f"{task.completed:,.0f}/{task.total:,.0f}"
        # The rate since the stage began: a work unit with an encoder may take minutes.
        rate = task.completed / task.elapsed if task.elapsed else 0.0
        if not rate:
            return Text(amount)
        return Text.assemble(
            amount, f"  {rate:,.0f}/s", (f"  {in_time((task.total - task.completed) / rate)} left", "dim")
        )
