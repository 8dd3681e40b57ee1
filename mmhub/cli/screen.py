"""Where words and answers go: words to stderr, answers to stdout."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

DOING = {
    "source": "reading the source",
    "download": "downloading",
    "segment": "cutting rows",
    "measure": "measuring",
    "decide": "deciding",
    "assemble": "writing the version",
}
"""What is said of each stage of a build."""
_FILLED, _EIGHTHS = "█", " ▏▎▍▌▋▊▉"


def words() -> "Console":
    """Return the console for progress, warnings and summaries."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def answers() -> "Console":
    """Return the console for what was asked for."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def print_json(answer: Mapping[str, Any]) -> None:
    """Print one JSON object on stdout; numbers that JSON cannot hold are null."""
    sys.stdout.write(json.dumps(_finite(answer), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def print_parts(console: "Console", *parts: "RenderableType") -> None:
    """Print renderables one after another; a text that is wider than the terminal is not cut into lines."""
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, str) or type(part).__name__ == "Text")


def say_error(message: str) -> None:
    """Say on stderr what went wrong."""
    from rich.text import Text

    words().print(Text.assemble(("error: ", "bold red"), message), soft_wrap=True)


def say_interrupted(what_is_kept: str) -> None:
    """Say on stderr that Ctrl-C was heard, and what becomes of the work."""
    from rich.text import Text

    words().print(Text.assemble(("interrupted: ", "bold yellow"), what_is_kept), soft_wrap=True)


def bar(share: float, *, width: int) -> str:
    """Return a bar that fills ``share`` of ``width`` cells, and at least an eighth of one where there is anything."""
    eighths = round(share * width * 8)
    if share > 0:
        eighths = max(1, eighths)
    whole, rest = divmod(min(eighths, width * 8), 8)
    return _FILLED * whole + (_EIGHTHS[rest] if rest else "")


def percent(part: float, whole: float) -> str:
    """Return a share as in ``5.8 %``."""
    return f"{100 * part / whole:.1f} %" if whole else ""


def in_bytes(count: float) -> str:
    """Return a number of bytes as in ``12.3 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError("the last unit takes any number")


def in_time(seconds: float) -> str:
    """Return a time as in ``3.4 s``, ``5 min`` or ``2 h 10 min``."""
    if seconds < 0.95:
        return "less than a second"
    if seconds < 99.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def _finite(value: Any) -> Any:
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, Mapping):
        return {str(name): _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value
