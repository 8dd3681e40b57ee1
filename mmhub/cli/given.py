"""What is typed after a command: the arguments and options that several commands share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mmhub.importing import uncollected

if TYPE_CHECKING:
    from mmhub.request import Request

RecipeName = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A recipe by name, such as coco, or a .py or .yaml file.")
]
VersionName = Annotated[
    str,
    typer.Argument(metavar="NAME[@VERSION]", help="A dataset of the store; the newest version where none is named."),
]
BuiltFrom = Annotated[
    str | None,
    typer.Option("--recipe", metavar="RECIPE", help="The recipe it was built from, if it has not the dataset's name."),
]
StoreFolder = Annotated[
    Path | None,
    typer.Option("--store", metavar="DIR", help="Where datasets are kept: $MMHUB_HOME or ~/.mmhub by default."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, and nothing else there.")]
DataFolder = Annotated[
    Path | None, typer.Option("--data-dir", metavar="DIR", help="The folder that holds what the source reads.")
]
SplitNames = Annotated[
    list[str] | None, typer.Option("--split", metavar="NAME", help="Take this split only. May be given several times.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change an option or a rule for once, as in image/sharpness.at_least=40 or source.seed=7. "
        "May be given several times.",
    ),
]
Models = Annotated[
    Literal["embedded"] | None,
    typer.Option("--models", help="Try a recipe with the small weights that come with the plugins, without a network."),
]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Take the first N rows only.")]
Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, help="Processes that decode: one per core by default."),
]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", metavar="SECONDS", min=0.1, help="How long one value may take: 120 s by default."),
]
Memory = Annotated[
    float | None,
    typer.Option(
        "--memory",
        metavar="GB",
        min=0.25,
        help="How much memory a decoding process may use: 8 by default, or three quarters of the machine's memory "
        "shared among its cores, if that is less.",
    ),
]
OnDuplicateId = Annotated[
    Literal["error", "suffix"],
    typer.Option(
        "--on-duplicate-id",
        help="What becomes of rows whose id occurs again: an error, or ID-2, ID-3 and so on.",
    ),
]
Processes = Annotated[
    int | None,
    typer.Option("--processes", metavar="N", min=1, help="Share the work among N processes, on GPUs one for each."),
]
Engine = Annotated[
    Literal["dask"] | None, typer.Option("--engine", help="Where the work runs, if not in this process.")
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="URL", help="The Dask scheduler, as tcp://host:8786; by default a local one."),
]


def requested(
    recipe: str,
    *,
    store: Path | None,
    data_dir: Path | None,
    split: list[str] | None,
    settings: list[str] | None,
    models: Literal["embedded"] | None,
    limit: int | None,
    workers: int | None,
    timeout: float | None = None,
    memory: float | None = None,
    on_duplicate_id: Literal["error", "suffix"] = "error",
) -> "Request":
    """Return what was typed as a request."""
    with uncollected():
        from mmhub.request import Request
        from mmhub.workers.jobs import Limits

    usual = Limits()
    limits = Limits(timeout or usual.seconds, int(memory * (1 << 30)) if memory else usual.memory_bytes)
    return Request(
        recipe=recipe,
        store=store,
        data_dir=data_dir,
        splits=tuple(split or ()),
        settings=tuple(settings or ()),
        models=models,
        limit=limit,
        workers=workers,
        limits=limits if timeout or memory else None,
        on_duplicate_id=on_duplicate_id,
    )


def built(
    recipe: str,
    *,
    store: Path | None,
    data_dir: Path | None,
    settings: list[str] | None,
    models: Literal["embedded"] | None,
) -> "Request":
    """Return what a version was built with as a request, as far as it was typed again."""
    return requested(
        recipe,
        store=store,
        data_dir=data_dir,
        split=None,
        settings=settings,
        models=models,
        limit=None,
        workers=None,
    )
