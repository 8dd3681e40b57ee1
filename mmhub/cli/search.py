"""`mmhub search`: the rows of a version that are nearest to a text or a picture."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mmhub.cli import given
from mmhub.cli.screen import answers, print_json, words

if TYPE_CHECKING:
    from rich.table import Table

    from mmhub.searching.answer import Answer

_SHORT = 60


def search(
    name: given.VersionName,
    text: Annotated[
        str | None, typer.Argument(metavar="QUERY", help='What to look for, such as "a dog on a beach".')
    ] = None,
    image: Annotated[
        Path | None, typer.Option("--image", metavar="FILE", help="Look for what is like this picture.")
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            "--column",
            metavar="COLUMN",
            help="The vectors to search in. By default those of pictures, then videos, sounds and texts, "
            "whose encoder reads the query.",
        ),
    ] = None,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, help="How many rows to find.")] = 10,
    thumbnails: Annotated[
        Path | None,
        typer.Option("--thumbnails", metavar="DIR", help="Write small JPEGs of pictures and films into this folder."),
    ] = None,
    index: Annotated[
        Literal["flat", "hnsw"] | None,
        typer.Option("--index", help="Use a FAISS index: built once, kept in the store. Needs mmhub[search]."),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option("--weights", metavar="FOLDER", help="Where the weights of the encoder are, if not on the Hub."),
    ] = None,
    store: given.StoreFolder = None,
    json: given.AsJson = False,
) -> None:
    """Find the rows of a version that are nearest to a text or a picture."""
    from mmhub import plugins
    from mmhub.searching.answer import Asked, answer
    from mmhub.searching.query import Query
    from mmhub.store import Store

    query = Query.of(text, image)
    asked = Asked(name, query, column=column, top=top, index=index, thumbnails=thumbnails, weights=weights)
    try:
        found = answer(asked, Store.at(store), plugins.discover())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if json:
        print_json({"version": found.version, "column": found.column, "index": found.index, "rows": found.rows})
        return
    words().print(_heading(found), style="dim")
    answers().print(_table(found, shown=thumbnails is not None))
    if thumbnails is not None and (without := sum(row["thumbnail"] is None for row in found.rows)):
        words().print(
            f"{without} of {len(found.rows)} rows have no thumbnail: nothing in them can be seen", style="dim"
        )


def _heading(found: "Answer") -> str:
    by = f" by its {found.index} index" if found.index else ""
    return f"{len(found.rows)} nearest in {found.column} of {found.version}{by}"


def _table(found: "Answer", *, shown: bool) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("", "row_id", "score", "split", "text", *(["thumbnail"] if shown else [])):
        right = heading in ("", "score")
        # What does not fit on the screen costs the text its end; a path can be copied whole.
        whole = heading not in ("text", "thumbnail")
        table.add_column(heading, justify="right" if right else "left", no_wrap=whole, overflow="fold", min_width=2)
    for row in found.rows:
        cells = [str(row["rank"]), row["row_id"], f"{row['score']:.4f}", row["split"]]
        # Texts are data: none is read as markup.
        text = Text(_short(row["text"]), no_wrap=True, overflow="ellipsis")
        table.add_row(*map(Text, cells), text, *([Text(row["thumbnail"] or "-")] if shown else []))
    return table


def _short(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"
