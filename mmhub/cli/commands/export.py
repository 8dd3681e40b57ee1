"""`mmhub export`: a version as files that need no store."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from mmhub.cli import given
from mmhub.cli.amounts import counted, in_bytes
from mmhub.cli.screen import print_json, say_interrupted, words

_OPENED_BY = {"arrow": "datasets.load_from_disk({!r})", "parquet": "datasets.load_dataset({!r})"}


def export(
    name: given.VersionName,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")],
    format: Annotated[
        Literal["arrow", "parquet", "webdataset", "files"],
        typer.Option(
            "--format",
            help="arrow for load_from_disk, parquet for load_dataset, webdataset for tar shards, or plain files.",
        ),
    ] = "arrow",
    store: given.StoreFolder = None,
    json: given.AsJson = False,
) -> None:
    """Write a version as files that need no store."""
    from mmhub.exporting import export as export_version

    console = words()
    try:
        from mmhub.cli.exporting_progress import bar

        with bar(console, name) as progress:
            done = export_version(name, folder, format=format, store=store, progress=progress)
    except KeyboardInterrupt:
        say_interrupted(f"{str(folder)!r} was not made; the store is as it was")
        raise typer.Exit(130) from None
    if json:
        print_json(done.as_dict())
        return
    rows = ", ".join(f"{split} {counted(count, 'row')}" for split, count in done.splits.items())
    console.print(f"exported {done.version} to {done.folder}: {rows}, {in_bytes(done.bytes)}", soft_wrap=True)
    if opened := _OPENED_BY.get(format):
        console.print(f"open it with `{opened.format(done.folder)}`", soft_wrap=True, style="dim")
