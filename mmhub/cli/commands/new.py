"""`mmhub new`: a file to start from."""

from pathlib import Path
from typing import Annotated

import typer

from mmhub.cli import given
from mmhub.cli.screen import answers, print_json
from mmhub.cli.whole_sentences import WholeSentences

new = typer.Typer(cls=WholeSentences, help="Write a recipe to start from.", no_args_is_help=True)


@new.callback()
def _new() -> None:
    """Write a recipe to start from."""


@new.command()
def recipe(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the dataset will be called.")],
    start: Annotated[
        tuple[str, str],
        typer.Option(
            "--from",
            metavar="KIND WHERE",
            help="Where rows come from: folder DIR, table FILE, urls FILE, or hub OWNER/NAME.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file to write.", show_default="NAME.yaml")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="An option of the source, as in source.metadata=captions.csv. May be given several times.",
        ),
    ] = None,
    json: given.AsJson = False,
) -> None:
    """Write a recipe for what is in a folder, a table, behind URLs, or in a dataset of the Hub."""
    from mmhub.errors import RecipeError
    from mmhub.plugins import discover
    from mmhub.recipes.catalogue import parsed
    from mmhub.recipes.yaml_text import read_yaml
    from mmhub.starting.starter import starter

    place = out or Path(f"{name}.yaml")
    if place.exists():
        raise RecipeError(f"{str(place)!r} is there already: remove it, or name another file with `--out FILE`")
    begun = starter(name, *start, discover(), settings or ())
    made = parsed(read_yaml(begun.text), str(place))
    _write(place, begun.text)
    fields = {name: each.modality for name, each in made.columns.items()}
    if json:
        print_json({"recipe": str(place), "fields": fields, "notes": begun.notes})
        return
    console = answers()
    said = ", ".join(f"{name} ({modality})" for name, modality in fields.items())
    console.print(f"wrote {place}: {said}", soft_wrap=True)
    for note in begun.notes:
        console.print(f"note: {note}", soft_wrap=True)
    console.print(f"next  mmhub build {place}", soft_wrap=True)


def _write(place: Path, text: str) -> None:
    from mmhub.errors import RecipeError

    try:
        place.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RecipeError(f"{str(place)!r} cannot be written: {error.strerror}") from error
