"""`mmhub verify`: every file of a version against its hash."""

from typing import TYPE_CHECKING, Annotated

import typer

from mmhub.cli import given
from mmhub.cli.amounts import counted, in_bytes
from mmhub.cli.screen import answers, print_json, words

if TYPE_CHECKING:
    from mmhub.store import Store
    from mmhub.verifying import Damage, Verified
    from mmhub.version import Version

_SHOWN = 5


def verify(
    name: given.VersionName,
    store: given.StoreFolder = None,
    every: Annotated[bool, typer.Option("--all", help="All versions of the dataset.")] = False,
    json: given.AsJson = False,
) -> None:
    """Check every file of a version against its sha256, and every medium against its own.

    Exits with 1 where a file is damaged or missing, and names it and the rows it costs.
    """
    from mmhub.errors import VersionError
    from mmhub.store import Store
    from mmhub.version import find, numbers

    place = Store.at(store)
    first = find(place, name)
    if every and "@" in name:
        raise VersionError(f"{name!r} is one version: leave out `--all`, or the number")
    wanted = [find(place, f"{name}@{number}") for number in numbers(place, name)] if every else [first]
    found = _verified(wanted, place)
    if json:
        print_json({"store": str(place.root), "versions": [each.as_dict() for each in found]})
    else:
        _print(found)
    if not all(each.sound for each in found):
        raise typer.Exit(1)


def _verified(wanted: "list[Version]", place: "Store") -> "list[Verified]":
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from mmhub.verifying import verify as check

    console = words()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        found = []
        for version in wanted:
            task = bars.add_task(str(version), total=None)
            found.append(
                check(version, place, progress=lambda done, total: bars.update(task, completed=done, total=total))  # noqa: B023
            )
            bars.remove_task(task)
    return found


def _print(found: "list[Verified]") -> None:
    from rich.text import Text

    console = answers()
    for each in found:
        state = ("sound", "bold green") if each.sound else ("damaged", "bold red")
        size = f"{counted(each.files, 'file')}, {in_bytes(each.bytes)}"
        console.print(Text.assemble(each.version, " is ", state, f": {size}"), soft_wrap=True)
        for damage in each.damages:
            _print_damage(damage)
    if not all(each.sound for each in found):
        words().print(
            "bring these files back from a backup or from where the version was pushed to; or move them away and run "
            "the build again, which makes the same files of the same source",
            soft_wrap=True,
        )


def _print_damage(damage: "Damage") -> None:
    console = answers()
    console.print(f"  {damage.file} {damage.problem}: {damage.says}", soft_wrap=True)
    if damage.rows:
        more = f" and {len(damage.rows) - _SHOWN:,} more" if len(damage.rows) > _SHOWN else ""
        console.print(f"    rows {', '.join(damage.rows[:_SHOWN])}{more}", soft_wrap=True)
