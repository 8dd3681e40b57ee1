"""`mmhub rollback`: an older version made the newest again."""

from typing import Annotated

import typer

from mmhub.cli import given
from mmhub.cli.amounts import counted
from mmhub.cli.screen import print_json, words


def rollback(
    version: Annotated[
        str, typer.Argument(metavar="NAME@VERSION", help="The version whose content shall be the newest again.")
    ],
    store: given.StoreFolder = None,
    json: given.AsJson = False,
) -> None:
    """Make an older version the newest again, under a new number.

    No number is used twice, and the versions in between stay. Rows that were revoked since stay out.
    """
    from mmhub import naming
    from mmhub.store import Store

    made, new = naming.rollback(Store.at(store), version)
    if json:
        print_json({"name": made.name, "version": made.number, "new": new, "same_as": made.manifest.get("same_as")})
    elif not new:
        words().print(f"nothing changed: {made} has that content already", soft_wrap=True)
    else:
        said = made.manifest["change"]
        without = f", without {counted(said['revoked'], 'row')} revoked since" if "revoked" in said else ""
        words().print(f"{made} has the content of {made.name}@{said['to']}{without}", soft_wrap=True)
