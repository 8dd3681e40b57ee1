"""`mmhub retry`: quarantined rows tried again."""

from typing import TYPE_CHECKING, Annotated

import typer

from mmhub.cli import given
from mmhub.cli.amounts import counted
from mmhub.cli.screen import print_json, say_interrupted, words

if TYPE_CHECKING:
    from mmhub.retrying import Retried


def retry(
    recipe: given.RecipeName,
    where: Annotated[
        list[str],
        typer.Option(
            "--where",
            metavar="NAME=VALUE",
            help="Which rows: reason=timeout, step=image/sharpness. Given several times, all must hold.",
        ),
    ],
    store: given.StoreFolder = None,
    data_dir: given.DataFolder = None,
    split: given.SplitNames = None,
    settings: given.Settings = None,
    models: given.Models = None,
    limit: given.Limit = None,
    workers: given.Workers = None,
    timeout: given.Timeout = None,
    memory: given.Memory = None,
    json: given.AsJson = False,
) -> None:
    """Try quarantined rows again, and no others.

    Takes the recipe and the options of the build that quarantined them: what it found wrong with these rows is
    forgotten, and the same build runs once more. Files that were not found are looked for by every build.
    """
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
        )
        from mmhub import retrying
        from mmhub.cli.watching import watching

        with watching(words(), recipe) as listener:
            done = retrying.retry(request, retrying.Where.parse(where), listener=listener)
    except KeyboardInterrupt:
        say_interrupted("these rows count as not measured yet, and any build of them goes on from there")
        raise typer.Exit(130) from None
    if json:
        print_json({**done.report.as_dict(), "retried": {"rows": done.rows, "recovered": done.recovered}})
    else:
        _print(done)


def _print(done: "Retried") -> None:
    from mmhub.cli.outcome import print_outcome

    print_outcome(words(), done.report)
    again = done.rows - done.recovered
    tried = f"tried {counted(done.rows, 'row')} again"
    words().print(f"{tried}: {done.recovered:,} recovered, {again:,} quarantined as before", soft_wrap=True)
