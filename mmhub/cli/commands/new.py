"""`mmhub new`: a file to start from."""

from pathlib import Path
from typing import Annotated

import typer

from mmhub.cli import given
from mmhub.cli.screen import answers, print_json

new = typer.Typer(help="Write a recipe to start from.", no_args_is_help=True)


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
    text = starter(name, *start, discover(), settings or ())
    made = parsed(read_yaml(text), str(place))
    place.write_text(text, encoding="utf-8")
    if json:
        print_json({"recipe": str(place), "fields": {name: each.modality for name, each in made.columns.items()}})
        return
    console = answers()
    fields = ", ".join(f"{name} ({each.modality})" for name, each in made.columns.items())
    console.print(f"wrote {place}: {fields}", soft_wrap=True)
    console.print(f"next  mmhub build {place}", soft_wrap=True)
