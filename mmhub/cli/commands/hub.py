"""`mmhub hub`: a Hub of one's own, served and cleaned."""

from pathlib import Path
from typing import Annotated

import typer

from mmhub.cli import given
from mmhub.cli.amounts import in_bytes
from mmhub.cli.screen import answers, print_json, words
from mmhub.cli.whole_sentences import WholeSentences

hub = typer.Typer(
    cls=WholeSentences,
    help="Serve a Hub of your own, which huggingface_hub and datasets use through HF_ENDPOINT.",
    no_args_is_help=True,
)

RootFolder = Annotated[
    Path | None,
    typer.Option("--root", metavar="DIR", help="The folder of the Hub.", show_default="$MMHUB_HUB, or ~/.mmhub-hub"),
]
_OPEN = (
    "warning: others on the network can read what is not private, and overhear the token of whoever uses this Hub, "
    "which speaks plain HTTP: put a proxy with TLS before it"
)
_WHAT = {
    "commits": "that no branch or tag leads to",
    "blobs": "files that no commit has",
    "xorbs": "chunks of which no file is made",
    "drafts": "uploads that were never finished",
}


@hub.command()
def serve(
    root: RootFolder = None,
    port: Annotated[
        int, typer.Option("--port", metavar="N", help="0 takes one that is free.", min=0, max=65535)
    ] = 8765,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="The address to serve on.")] = "127.0.0.1",
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            metavar="TOKEN",
            envvar="MMHUB_HUB_TOKEN",
            help="The token of the Hub's owner. The variable is not seen in lists of processes, as arguments are.",
            show_default="one that is made once, and kept in the folder",
        ),
    ] = None,
) -> None:
    """Serve a Hub until Ctrl-C."""
    import shlex

    from mmhub.cli.interrupting import ending
    from mmhub.hubserver.folder import Root
    from mmhub.hubserver.server import Server

    place = Root.at(root).made()
    server = Server.bound(place, port=port, token=token or place.token(), host=host)
    with ending(server.stop):
        kept = f"$(cat {shlex.quote(str(place.path / 'token'))})"
        _print_how(server.endpoint, "the token you gave" if token else kept, place.path)
        if host not in ("127.0.0.1", "localhost", "::1"):
            words().print(_OPEN, style="yellow", soft_wrap=True)
        server.run()
    words().print("stopped; nothing is left half-done")


@hub.command()
def gc(
    root: RootFolder = None,
    older_than: Annotated[
        float,
        typer.Option(
            "--older-than", metavar="HOURS", min=0.0, help="Spare what was uploaded since: it may be committed soon."
        ),
    ] = 24.0,
    xorbs: Annotated[
        bool,
        typer.Option("--xorbs", help="Also all chunks kept for Xet: pushes send more then, and no file is lost."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")] = False,
    json: given.AsJson = False,
) -> None:
    """Remove what no branch or tag leads to; the Hub may be served meanwhile."""
    import time

    from mmhub.errors import MmhubError
    from mmhub.hubserver.folder import Root
    from mmhub.hubserver.garbage import collect

    place = Root.at(root)
    if not place.database.is_file():
        raise MmhubError(f"there is no Hub in {str(place.path)!r}: name its folder with `--root DIR`")
    found = collect(place, before=time.time() - older_than * 3600, xorbs=xorbs, dry_run=dry_run)
    if json:
        amounts = {kind: {"count": amount.count, "bytes": amount.bytes} for kind, amount in found.items()}
        print_json({"root": str(place.path), "removed": not dry_run, **amounts})
        return
    for kind, amount in found.items():
        verb = "would go" if dry_run else "gone"
        answers().print(f"{verb}: {amount.count:,} {kind}, {in_bytes(amount.bytes)}: {_WHAT[kind]}", soft_wrap=True)


def _print_how(endpoint: str, token: str, folder: Path) -> None:
    print(f"serving the Hub in {folder} at {endpoint}; Ctrl-C ends it")
    print("use it from another terminal:")
    print(f'  export HF_ENDPOINT={endpoint} HF_TOKEN="{token}"', flush=True)
