"""Tables as all commands print them: without lines, under dim headings."""

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDE = 1_000
"""Columns in which any table has its whole width."""


def plain_table(*headings: str, right: Collection[str] = (), wrapped: Collection[str] = (), gap: int = 2) -> "Table":
    """Return a table with a column for each heading, ``gap`` cells apart.

    Those in ``right`` are set to the right, and those in ``wrapped`` may go over several lines.
    """
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", no_wrap=heading not in wrapped)
    return table


def fits(table: "Table", console: "Console") -> bool:
    """Whether a table has room in a terminal without a word being cut off."""
    return console.measure(table, options=console.options.update_width(_WIDE)).maximum <= console.width
