"""An export as it runs: a bar on a terminal, nothing elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def bar(console: Console, name: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function to be told how many rows are written, of how many."""
    if not console.is_terminal:
        yield lambda done, total: None
        return
    columns = (
        TextColumn("exporting [bold]{task.description}[/]"),
        BarColumn(bar_width=24, complete_style="cyan", finished_style="cyan"),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(name, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
