"""What is typed to name a place on a Hub, and the Hub itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mmhub.cli.screen import words

if TYPE_CHECKING:
    from mmhub.hub import Hub, Pushed

To = Annotated[
    str | None,
    typer.Option("--to", metavar="REPO", help="The repository, OWNER/NAME: by default yours with the dataset's name."),
]
Public = Annotated[bool, typer.Option("--public", help="Make a new repository public; it is private otherwise.")]
HubName = Annotated[
    str | None,
    typer.Option(
        "--hub", metavar="local|URL", help="The Hub: that of HF_ENDPOINT by default, `local` for one on this machine."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Publish for all even where a licence forbids commercial use.")]


@contextmanager
def chosen_hub(name: str | None) -> "Iterator[Hub]":
    """Connect to the Hub that was named; the one of this machine is served meanwhile."""
    from mmhub.hub import connect

    if name != "local":
        yield connect(name)
        return
    from mmhub.hub.local import local_hub

    with local_hub() as hub:
        yield hub


def push_to(name: str, *, to: str | None, public: bool, hub: str | None, yes: bool, store: Path | None) -> "Pushed":
    """Push a version and show how far it is."""
    from mmhub.cli.pushing import pushing
    from mmhub.hub import push

    def confirm(told: Sequence[str]) -> bool:
        return yes or _asked(name, told)

    with chosen_hub(hub) as where, pushing(words(), name) as listener:
        return push(name, where, to=to, store=store, public=public, confirm=confirm, listener=listener)


def check_push(push: bool, *, to: str | None, public: bool, hub: str | None) -> None:
    """Find out before a build whether its version can be pushed at all: raise HubError without a good token."""
    if not push:
        if to or public or hub:
            raise typer.BadParameter("--to, --public and --hub say where `--push` goes: add `--push`")
    elif hub != "local":
        from mmhub.hub import connect

        connect(hub)


def print_pushed(done: "Pushed", *, hub: str | None) -> None:
    """Say what was pushed, and how to load it."""
    from rich.text import Text

    from mmhub.cli.amounts import counted, in_bytes

    console = words()
    where = "privately" if done.private else "for all to see"
    sent = f"  {counted(done.sent, 'file')} sent, {in_bytes(done.bytes)}; {done.kept:,} there before"
    head = Text.assemble("already there: " if done.already else "published ")
    head.append(f"{done.repo} {done.revision}", "bold green").append(f"  {where}")
    console.print(head if done.already else head.append(sent, "dim"), soft_wrap=True)
    lines = [("load", f'load_dataset("{done.repo}", revision="{done.revision}")')]
    lines.append(("", f'mmhub.load("{done.repo}@{done.revision.removeprefix("v")}")'))
    if hub == "local":
        lines.insert(0, ("serve", "mmhub hub serve"))
    else:
        lines.insert(0, ("see", done.url))
    for label, what in lines:
        console.print(Text.assemble((f"{label:<8}", "dim"), what), soft_wrap=True)


def _asked(name: str, told: Sequence[str]) -> bool:
    console = words()
    for each in told:
        console.print(f"note: {each}, which forbids commercial use", soft_wrap=True)
    return console.is_terminal and typer.confirm(f"Publish {name} for all to see?", err=True)
