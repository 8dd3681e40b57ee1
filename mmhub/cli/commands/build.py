"""`mmhub build`: from a recipe to a version."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mmhub.cli import engines, given, hubs
from mmhub.cli.commands.plan import print_outlook
from mmhub.cli.interrupting import exit_status, once
from mmhub.cli.screen import print_json, say_interrupted, words
from mmhub.importing import uncollected

if TYPE_CHECKING:
    from mmhub.report import Report
    from mmhub.request import Request


def build(
    recipe: given.RecipeName,
    store: given.StoreFolder = None,
    data_dir: given.DataFolder = None,
    split: given.SplitNames = None,
    settings: given.Settings = None,
    models: given.Models = None,
    limit: given.Limit = None,
    on_duplicate_id: given.OnDuplicateId = "error",
    workers: given.Workers = None,
    timeout: given.Timeout = None,
    memory: given.Memory = None,
    processes: given.Processes = None,
    engine: given.Engine = None,
    scheduler: given.Scheduler = None,
    version: Annotated[
        str | None,
        typer.Option("--version", metavar="X.Y.Z", help="The number of the version, greater than all before it."),
    ] = None,
    push: Annotated[bool, typer.Option("--push", help="Publish the version on the Hub, as `mmhub push` does.")] = False,
    to: hubs.To = None,
    public: hubs.Public = False,
    hub: hubs.HubName = None,
    yes: hubs.Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, as `mmhub plan` does.")] = False,
    json: given.AsJson = False,
) -> None:
    """Build a dataset from a recipe, and keep it as a version."""
    hubs.check_push(push, to=to, public=public, hub=hub)
    pushed = None
    try:
        request = given.requested(
            recipe,
            store=store,
            data_dir=data_dir,
            split=split,
            settings=settings,
            models=models,
            limit=limit,
            workers=workers,
            timeout=timeout,
            memory=memory,
            on_duplicate_id=on_duplicate_id,
        )
        request = replace(request, version=version)
        if dry_run:
            print_outlook(request, json=json)
            return
        report = _built(request, recipe, processes=processes, engine=engine, scheduler=scheduler)
        if report is None:
            return
        if not push:
            engines.keep_to_the_end()
        else:
            if not json:
                _print_outcome(report)
            name = f"{report.name}@{report.version}"
            pushed = hubs.push_to(name, to=to, public=public, hub=hub, yes=yes, store=store)
    except KeyboardInterrupt as struck:
        if engines.has_last_word():
            with once():
                say_interrupted("what is measured is kept, and the same command goes on from there")
        raise typer.Exit(exit_status(struck)) from None
    if json:
        print_json(report.as_dict() | ({"pushed": pushed.as_dict()} if pushed else {}))
    elif pushed:
        hubs.print_pushed(pushed, hub=hub)
    else:
        _print_outcome(report)


def _built(
    request: "Request", recipe: str, *, processes: int | None, engine: Literal["dask"] | None, scheduler: str | None
) -> "Report | None":
    """Build with the engine that was asked for, and show how far it is; None where other processes tell the rest."""
    with uncollected():
        from mmhub import run
        from mmhub.cli.watching import watching
    chosen = engines.chosen(request, processes=processes, engine=engine, scheduler=scheduler)
    if chosen is None:
        return None
    with watching(words(), recipe) as listener:
        return run.build(request, engine=chosen, listener=listener)


def _print_outcome(report: "Report") -> None:
    from mmhub.cli.outcome import print_outcome

    print_outcome(words(), report)
