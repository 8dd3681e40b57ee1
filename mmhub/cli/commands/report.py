"""`mmhub report`: a version as one page to look at."""

from pathlib import Path
from typing import Annotated

import typer

from mmhub.cli import given
from mmhub.cli.amounts import in_bytes
from mmhub.cli.screen import answers, print_json


def report(
    name: given.VersionName,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.html", help="The file to write.", show_default="NAME-VERSION.html"),
    ] = None,
    open: Annotated[bool, typer.Option("--open", help="Show the page in a browser.")] = False,
    recipe: given.BuiltFrom = None,
    data_dir: given.DataFolder = None,
    settings: given.Settings = None,
    models: given.Models = None,
    store: given.StoreFolder = None,
    json: given.AsJson = False,
) -> None:
    """Write a version as one page: funnel, facts, examples, map, versions, health. It needs no network.

    The recipe, and what it was built with, give the texts of rows that are not kept, which no version holds.
    """
    from mmhub.pages.opened import Opened
    from mmhub.pages.rereading import try_to_reread
    from mmhub.pages.standalone import write_page
    from mmhub.store import Store
    from mmhub.version import find

    place = Store.at(store)
    version = find(place, name)
    path = (out or Path(f"{version.name}-{version.number}.html")).expanduser().absolute()
    opened = Opened(version, place)
    request = given.built(recipe or version.name, store=store, data_dir=data_dir, settings=settings, models=models)
    again = try_to_reread(opened, request)
    size = write_page(opened, path, source=again.found.units if again else None)
    if json:
        print_json({"version": str(version), "path": str(path), "bytes": size})
    else:
        answers().print(f"wrote {path}, {in_bytes(size)}", soft_wrap=True)
    if open:
        import webbrowser

        webbrowser.open(path.as_uri())
