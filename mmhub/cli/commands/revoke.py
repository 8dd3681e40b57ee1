"""`mmhub revoke`: rows taken out of a dataset for good."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mmhub.cli import given, hubs
from mmhub.cli.amounts import counted
from mmhub.cli.screen import answers, print_json, words
from mmhub.cli.tables import plain_table

if TYPE_CHECKING:
    from mmhub.store import Store
    from mmhub.takedown.revoking import Revoked

_WHAT = {
    "rows": "rows, with their segments, embeddings and entries of the ledger",
    "repeating": "rows that were dropped as repeating them, which stay out from now on",
    "media": "files of media",
    "facts": "entries of facts",
    "sources": "entries and files of sources",
}


def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A dataset of the store.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, as the tombstone keeps it.")],
    ids: Annotated[
        Path | None,
        typer.Option("--ids", metavar="FILE", help="A row id, a sha256 of a value, or a URL on each line."),
    ] = None,
    one: Annotated[
        list[str] | None, typer.Option("--id", metavar="ID", help="One of these. May be given several times.")
    ] = None,
    purge: Annotated[
        bool, typer.Option("--purge", help="For a legal takedown: the store forgets them, and all versions with them.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Purge without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what a purge would take, and take nothing.")] = False,
    push: Annotated[
        bool,
        typer.Option("--push", help="Publish the new version as well; a purge rewrites the Hub's history and tags."),
    ] = False,
    to: hubs.To = None,
    hub: hubs.HubName = None,
    store: given.StoreFolder = None,
    json: given.AsJson = False,
) -> None:
    """Take rows out of a dataset: a new version is made without them, and no later build brings them back.

    Rows that hold the same media go as well. Older versions stay as they are, unless --purge is given: then bytes,
    facts and entries of the ledger leave the store, and every version that held the rows is withdrawn.
    """
    from mmhub.store import Store
    from mmhub.version import find

    hubs.check_push(push, to=to, public=False, hub=hub)
    place = Store.at(store)
    find(place, name)
    listed = _listed(ids, one or [])
    date = datetime.now(UTC).isoformat(timespec="seconds")
    if purge:
        done = _purge(place, name, listed, reason, date, yes=yes, dry_run=dry_run, json=json)
        if push and done:
            _erase_on_hub(place, name, to, hub)
        return
    from mmhub.takedown.revoking import revoke as take_out

    outcome = take_out(place, name, listed, reason=reason, date=date)
    _say_revoked(name, outcome, json=json)
    if push:
        pushed = hubs.push_to(name, to=to, public=False, hub=hub, yes=False, store=store)
        hubs.print_pushed(pushed, hub=hub)


def _say_revoked(name: str, done: "Revoked", *, json: bool) -> None:
    if json:
        answer = {"name": name, "version": done.version.number, "rows": done.rows}
        print_json({**answer, "unknown": done.unknown, "already": done.already})
        return
    _say_unknown(name, done.unknown)
    if done.rows:
        said = f"{done.version} is without {counted(done.rows, 'row')}; no later build brings back what was revoked"
        words().print(said, soft_wrap=True)
    else:
        words().print(f"nothing changed: {done.version} kept none of these; no later build will", soft_wrap=True)


def _listed(path: Path | None, more: list[str]) -> list[str]:
    """Return what rows are named by, of a file and on the command line."""
    from mmhub.errors import VersionError

    if path is None and not more:
        raise VersionError("which rows have to go is not said: use `--id ID`, or `--ids FILE` with one on each line")
    try:
        return [*(path.read_text(encoding="utf-8").splitlines() if path else ()), *more]
    except (OSError, UnicodeDecodeError) as error:
        raise VersionError(f"the list of ids {str(path)!r} cannot be read: {error}") from error


def _purge(
    place: "Store", name: str, ids: list[str], reason: str, date: str, *, yes: bool, dry_run: bool, json: bool
) -> bool:
    """Say what a purge takes, and carry it out where that is agreed to; return whether it was."""
    from mmhub.takedown.erasing import amounts, erase
    from mmhub.takedown.purging import purge

    with place.held_alone():
        asked = purge(place, name, ids, reason=reason, date=date)
        told = amounts(asked, place).as_dict()
        if not json:
            _say_unknown(name, asked.means.unknown)
            _print(told)
        agreed = not dry_run and (yes or _agreed(json=json))
        made = erase(asked, place, reason=reason, date=date) if agreed else []
    if json:
        answer = {"name": name, "purged": agreed, **told}
        print_json({**answer, "versions": [str(each) for each in made], "unknown": asked.means.unknown})
        return agreed
    for each in made:
        words().print(f"{each} is without them", soft_wrap=True)
    return agreed


def _erase_on_hub(place: "Store", name: str, to: str | None, hub: str | None) -> None:
    """Publish the newest version, and take from the Hub what the versions held that were withdrawn."""
    from mmhub.cli.pushing import pushing
    from mmhub.hub.erasing import erase
    from mmhub.version import withdrawn

    with hubs.chosen_hub(hub) as where, pushing(words(), name) as listener:
        done = erase(name, where, withdrawn=withdrawn(place, name).keys(), to=to, store=place.root, listener=listener)
    tags = ", ".join(done.deleted) or "none"
    words().print(f"erased from {done.pushed.repo}: tags {tags}, {counted(done.files, 'file')}", soft_wrap=True)
    for note in done.notes:
        words().print(f"note: {note}", soft_wrap=True)


def _agreed(*, json: bool) -> bool:
    from mmhub.errors import VersionError

    if json:
        raise VersionError("a purge cannot be undone: say `--yes`, or `--dry-run` to see what would go")
    return typer.confirm("This cannot be undone. Purge?", err=True)


def _say_unknown(name: str, unknown: list[str]) -> None:
    for each in unknown:
        words().print(f"unknown: {name} knows nothing by {each!r}", soft_wrap=True)


def _print(told: dict[str, Any]) -> None:
    table = plain_table("goes", "", right=("goes",), wrapped=("",))
    for kind, what in _WHAT.items():
        table.add_row(f"{told[kind]:,}", what)
    table.add_row(f"{len(told['withdrawn']):,}", f"versions, withdrawn: {', '.join(told['withdrawn']) or 'none'}")
    answers().print(table)
    if told["followed"]:
        words().print(f"a new version without them is made of {', '.join(told['followed'])}", soft_wrap=True)
