"""A push as it runs: a bar on a terminal, a line for each file elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from mmhub.cli.amounts import in_bytes

if TYPE_CHECKING:
    from mmhub.hub import Event


@contextmanager
def pushing(console: Console, name: str) -> Iterator[Callable[["Event"], None]]:
    """Give a function to be told what a push does."""
    if not console.is_terminal:
        yield lambda event: _say(console, event)
        return
    columns = (
        SpinnerColumn(style="cyan"),
        TextColumn("pushing [bold]{task.description}[/]"),
        BarColumn(bar_width=20, complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[doing]}[/]"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(name, total=None, doing="")

        def tell(event: "Event") -> None:
            if event.kind == "wrote":
                progress.update(task, completed=event.amount, total=event.total)
            else:
                progress.update(task, doing=words_of(event))

        yield tell


def words_of(event: "Event") -> str:
    """Return an event in words."""
    said = {
        "sends": f"sending {event.name}, {in_bytes(event.amount)}",
        "sent": f"sent {event.name}, {in_bytes(event.amount)}",
        "kept": f"{event.name} is there, {in_bytes(event.amount)}",
        "commits": f"committing to {event.name}",
        "tags": f"tagging {event.name}",
    }
    return said.get(event.kind, "")


def _say(console: Console, event: "Event") -> None:
    if event.kind not in ("wrote", "sends"):
        console.print(words_of(event), soft_wrap=True)
