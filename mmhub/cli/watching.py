"""Who hears how far a build is: a live funnel on a terminal, and a line per finished part elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mmhub.cli.amounts import counted, percent
from mmhub.cli.interrupting import heard
from mmhub.cli.screen import DOING

if TYPE_CHECKING:
    from rich.console import Console

    from mmhub.measuring.pace import Tally
    from mmhub.survey import Listener, Stage


@contextmanager
def watching(console: "Console", recipe: str) -> Iterator["Listener"]:
    """Give a listener that shows on ``console`` how far a build is."""
    if not console.is_terminal:
        with heard(Lines(console)) as listener:
            yield listener
        return
    from rich.live import Live

    from mmhub.cli.live_funnel import LiveFunnel

    funnel = LiveFunnel(console, Path(recipe).stem)
    with Live(funnel, console=console, transient=True, refresh_per_second=8), heard(funnel) as listener:
        yield listener


class Lines:
    """What a listener hears, as plain lines: not more than one for each tenth of a stage."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._stage = ""
        self._start = 0.0
        self._next = 0.0
        self._said = -1

    def __call__(self, stage: "Stage", done: int, total: int | None, tally: "Tally | None") -> None:
        """Print a line where a stage has come far enough since the last one."""
        if stage != self._stage:
            self._stage, self._start, self._next, self._said = stage, time.monotonic(), 0.1, -1
        if stage in ("prepare", "decide", "assemble"):
            self._say(stage, "")
        elif total == 0:
            self._say(stage, "nothing, every fact is known" if stage == "measure" else "no rows")
        elif total is None:
            if done >= self._next * 10_000:
                self._next = done / 1_000
                self._say(stage, counted(done, "row"))
        elif done != self._said and (done >= self._next * total or done == total):
            self._next, self._said = done / total + 0.1, done
            self._say(stage, self._line(done, total, tally))

    def _line(self, done: int, total: int, tally: "Tally | None") -> str:
        if tally is None:
            return counted(total, "row") if done == total else f"{done:,} of {total:,}"
        parts = [f"{done:,} of {counted(total, 'row')} ({percent(done, total)})"]
        if seconds := time.monotonic() - self._start:
            parts.append(f"{done / seconds:,.0f} rows/s")
        if tally.losses.total():
            parts.append(f"{tally.losses.total():,} lost")
        return ", ".join(parts)

    def _say(self, stage: str, what: str) -> None:
        self._console.print(f"{DOING[stage]}: {what}" if what else DOING[stage], soft_wrap=True)
