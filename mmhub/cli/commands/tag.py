"""`mmhub tag`: names for versions."""

from typing import Annotated

import typer

from mmhub.cli import given
from mmhub.cli.screen import print_json, words


def tag(
    version: given.VersionName,
    name: Annotated[str, typer.Argument(metavar="TAG", help="The name, such as best: not a number.")],
    store: given.StoreFolder = None,
    move: Annotated[bool, typer.Option("--move", help="Let the name leave the version it has named so far.")] = False,
    delete: Annotated[bool, typer.Option("--delete", help="Take the name away. The version stays.")] = False,
    json: given.AsJson = False,
) -> None:
    """Give a version a name, so that NAME@TAG means it wherever NAME@VERSION does."""
    from mmhub import naming
    from mmhub.store import Store

    place = Store.at(store)
    dataset = version.partition("@")[0]
    if delete:
        naming.untag(place, dataset, name)
        if json:
            print_json({"name": dataset, "tag": name, "version": None})
        else:
            words().print(f"no version of {dataset} is called {name} any more", soft_wrap=True)
        return
    named = naming.tag(place, version, name, move=move)
    if json:
        print_json({"name": named.name, "tag": name, "version": named.number})
    else:
        words().print(f"{named.name}@{name} is {named}", soft_wrap=True)
