"""Parts of a Markdown page."""

import inspect
from collections.abc import Iterable, Sequence
from typing import Any


def page(*parts: str) -> str:
    """Return parts as a page, a blank line between them."""
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; an empty one is nothing."""
    body = [f"| {' | '.join(row)} |" for row in rows]
    head = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    return "\n".join(head + body) if body else ""


def cell(text: str) -> str:
    """Return a text on one line, so that it stays in its cell."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Return a text as code in a cell, or nothing for nothing."""
    return f"`{cell(text)}`" if text else ""


def prose(thing: Any) -> str:
    """Return the docstring of ``thing``, without indentation."""
    return inspect.cleandoc(thing.__doc__ or "")


def anchor(heading: str) -> str:
    """Return the anchor that a heading is linked by."""
    return "".join(sign for sign in heading.lower().replace(" ", "-") if sign.isalnum() or sign in "-_")
