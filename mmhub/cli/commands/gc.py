"""`mmhub gc`: remove from the store what no version needs."""

from typing import Annotated

import typer

from mmhub.cli import given
from mmhub.cli.amounts import in_bytes
from mmhub.cli.screen import answers, print_json
from mmhub.cli.tables import plain_table

_WHAT = {
    "media": "blocks of media in which no version needs any file",
    "columns": "files of columns and ledgers",
    "indexes": "indexes of vectors of no version",
    "leftovers": "half-written by processes that were killed",
    "facts": "facts of operators that no version uses",
    "copies": "copies of sources, and downloads: the next build makes or fetches them anew",
}


def gc(
    store: given.StoreFolder = None,
    facts: Annotated[
        bool,
        typer.Option("--facts", help="Also facts that no version uses. They are paid work: measuring them takes time."),
    ] = False,
    copies: Annotated[
        bool,
        typer.Option(
            "--copies",
            help="Also copies of datasets of the Hub and of packed files, and downloads. The next build makes or "
            "fetches them anew; what is gone from its place by then cannot be had again.",
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")] = False,
    json: given.AsJson = False,
) -> None:
    """Remove from the store what no version needs.

    Every version stays as it is, and so do facts unless --facts is given, and copies of sources unless
    --copies is. Media go in whole blocks, once no version
    needs any file of the block. Nothing is removed while something is being built in the store.
    """
    from mmhub.collecting import garbage
    from mmhub.errors import StoreError
    from mmhub.store import Store

    place = Store.at(store)
    if not place.locks.is_dir():
        raise StoreError(f"there is no store in {str(place.root)!r}")
    with place.held_alone():
        found = garbage(place, facts=facts, copies=copies)
        amounts = found.amounts
        if not json:
            _print(amounts, dry_run=dry_run)
        if not dry_run:
            found.remove()
    if json:
        print_json({"store": str(place.root), "removed": not dry_run, **amounts})


def _print(amounts: dict[str, dict[str, int]], *, dry_run: bool) -> None:
    if not any(amount["files"] for amount in amounts.values()):
        answers().print(
            "nothing to remove: what is there is needed by a version, or spares a build its work", soft_wrap=True
        )
        return
    table = plain_table(
        "would go" if dry_run else "goes", "files", "bytes", "", right=("files", "bytes"), wrapped=("",)
    )
    for kind, amount in amounts.items():
        table.add_row(kind, f"{amount['files']:,}", in_bytes(amount["bytes"]), _WHAT[kind])
    answers().print(table)
