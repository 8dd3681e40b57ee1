"""Where words and answers go: words to stderr, answers to stdout."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

DOING = {
    "prepare": "preparing the source",
    "source": "reading the source",
    "download": "downloading",
    "segment": "cutting rows",
    "measure": "measuring",
    "decide": "deciding",
    "assemble": "writing the version",
}
"""What is said of each stage of a build."""


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
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    sys.stdout.write(json.dumps(_finite(answer), indent=2, ensure_ascii=plain, allow_nan=False) + "\n")


def say_error(message: str) -> None:
    """Say on stderr what went wrong."""
    from rich.text import Text

    words().print(Text.assemble(("error: ", "bold red"), message), soft_wrap=True)


def say_interrupted(what_is_kept: str) -> None:
    """Say on stderr that Ctrl-C was heard, and what becomes of the work."""
    from rich.text import Text

    words().print(Text.assemble(("interrupted: ", "bold yellow"), what_is_kept), soft_wrap=True)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, Mapping):
        return {str(name): _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value
