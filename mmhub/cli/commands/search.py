"""`mmhub search`: the rows of a version that are nearest to a text, a picture, a sound or a film."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from mmhub.cli import given
from mmhub.cli.screen import answers, print_json, words
from mmhub.cli.tables import plain_table

if TYPE_CHECKING:
    from rich.table import Table

    from mmhub.searching.answer import Answer
    from mmhub.searching.query import Query

_SHORT = 60
_LINES = "-"
"""What stands for the lines of the standard input."""
Files = list[Path] | None


def search(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME[@VERSION]", help="A dataset of the store, or OWNER/NAME of the Hub; by default the newest."
        ),
    ],
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[QUERY]...", help='What to look for, such as "a dog on a beach"; - reads a query from each line.'
        ),
    ] = None,
    image: Annotated[Files, typer.Option("--image", metavar="FILE", help="Look for what is like this picture.")] = None,
    audio: Annotated[Files, typer.Option("--audio", metavar="FILE", help="Look for what is like this sound.")] = None,
    video: Annotated[Files, typer.Option("--video", metavar="FILE", help="Look for what is like this film.")] = None,
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
        typer.Option("--index", help="Use a FAISS index: built once, and kept. Needs mmhub[search]."),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option("--weights", metavar="FOLDER", help="Where the weights of the encoder are, if not on the Hub."),
    ] = None,
    store: given.StoreFolder = None,
    json: given.AsJson = False,
) -> None:
    """Find the rows of a version that are nearest to a text, a picture, a sound or a film, or to each of several."""
    from mmhub import plugins
    from mmhub.errors import MmhubError
    from mmhub.searching.answer import Way, answer
    from mmhub.searching.searched import opened
    from mmhub.store import Store

    way = Way(column=column, top=top, index=index, thumbnails=thumbnails, weights=weights)
    asked = [*(texts or []), *(image or []), *(audio or []), *(video or [])]
    several = len(asked) > 1 or _LINES in asked
    told: list[dict[str, Any]] = []
    searched, offers = opened(name, Store.at(store)), plugins.discover()
    for number, query in enumerate(_queries(texts or [], image=image, audio=audio, video=video), 1):
        # Pictures of one answer are not to be taken for those of another.
        folder = thumbnails / f"{number:03d}" if thumbnails and several else thumbnails
        found = answer(query, searched, offers, replace(way, thumbnails=folder))
        told.append({"query": query.value, "column": found.column, "index": found.index, "rows": found.rows})
        if not json:
            _print(found, query.value if several else "", shown=thumbnails is not None)
    if not told:
        raise MmhubError("there is nothing to look for: name a text, or a file with `--image`, `--audio` or `--video`")
    if json:
        print_json({"version": str(searched.version), "answers": told})


def _queries(texts: Sequence[str], **files: Files) -> "Iterator[Query]":
    """Yield what is looked for: texts as they were typed, with the lines of the standard input, then files."""
    from mmhub.searching.query import Query

    for text in texts:
        lines = (line.strip() for line in sys.stdin) if text == _LINES else iter([text])
        yield from (Query.of(text=line) for line in lines if line)
    for modality, paths in files.items():
        yield from (Query.of(**{modality: path}) for path in paths or [])


def _print(found: "Answer", asked: str, *, shown: bool) -> None:
    if asked:
        # With several tables, which of them is which is a part of the answer.
        answers().print(f"{asked}: {_heading(found)}", style="dim", markup=False, soft_wrap=True)
    else:
        words().print(_heading(found), style="dim")
    answers().print(_table(found, shown=shown))
    if shown and (without := sum(row["thumbnail"] is None for row in found.rows)):
        words().print(
            f"{without} of {len(found.rows)} rows have no thumbnail: nothing in them can be seen", style="dim"
        )


def _heading(found: "Answer") -> str:
    by = f" by its {found.index} index" if found.index else ""
    return f"{len(found.rows)} nearest in {found.column} of {found.version}{by}"


def _table(found: "Answer", *, shown: bool) -> "Table":
    from rich.text import Text

    table = plain_table()
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
