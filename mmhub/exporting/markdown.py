"""What users have written, as Markdown shows it: their signs as signs, and tables of them."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

_SIGNS = re.compile(r"([\\`*_\[\](){}#!|~$])")


def escaped(text: str) -> str:
    """Return a text of one line that neither Markdown nor HTML takes for anything else."""
    plain = " ".join(text.split())
    plain = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SIGNS.sub(r"\\\1", plain)


def code(text: str) -> str:
    """Return a text as code within a line; it may hold backticks, and stand in a table."""
    plain = " ".join(text.split()).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", plain)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {plain} {fence}" if longest else f"{fence}{plain}{fence}"


def link(address: str) -> str:
    """Return an address as a link, or as text where it is no address of the web."""
    if not re.match(r"https?://", address):
        return escaped(address)
    return f"<{quote(address, safe=':/?#@!$&+,;=%~.-_')}>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return a table; cells are Markdown already, and columns in ``right`` are numbers."""
    marks = ["---:" if place in right else "---" for place in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, marks, *rows)) + "\n"
