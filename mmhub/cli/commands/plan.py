"""`mmhub plan`: what a build would do, without doing any of it."""

from typing import TYPE_CHECKING, Any

from mmhub.cli import given
from mmhub.cli.amounts import counted, in_bytes, in_time
from mmhub.cli.screen import answers, print_json, words
from mmhub.cli.tables import plain_table

if TYPE_CHECKING:
    from rich.table import Table

    from mmhub.request import Request


def plan(
    recipe: given.RecipeName,
    store: given.StoreFolder = None,
    data_dir: given.DataFolder = None,
    split: given.SplitNames = None,
    settings: given.Settings = None,
    models: given.Models = None,
    limit: given.Limit = None,
    on_duplicate_id: given.OnDuplicateId = "error",
    workers: given.Workers = None,
    json: given.AsJson = False,
) -> None:
    """Say what a build would do, and about how long it takes."""
    request = given.requested(
        recipe,
        store=store,
        data_dir=data_dir,
        split=split,
        settings=settings,
        models=models,
        limit=limit,
        workers=workers,
        on_duplicate_id=on_duplicate_id,
    )
    print_outlook(request, json=json)


def print_outlook(request: "Request", *, json: bool) -> None:
    """Print what a build of ``request`` would do."""
    from mmhub.cli.outlook import outlook
    from mmhub.cli.watching import watching

    with watching(words(), str(request.recipe)) as listener:
        found = outlook(request, listener)
    if json:
        print_json(found)
        return
    console = answers()
    console.print(_headline(found), soft_wrap=True)
    console.print()
    console.print(_steps(found))
    for line in _remarks(found):
        console.print(line, soft_wrap=True)


def _headline(found: dict[str, Any]) -> str:
    rows = found["rows"]
    if not rows["to_measure"]:
        return f"{found['name']}: {counted(rows['read'], 'row')}, and every fact is known"
    size = f", {counted(found['files'], 'file')} of {in_bytes(found['bytes'])} to read" if found["files"] else ""
    return f"{found['name']}: {rows['to_measure']:,} of {counted(rows['read'], 'row')} to measure{size}"


def _steps(found: dict[str, Any]) -> "Table":
    table = plain_table("step", "field", "values", "known", "to do", right=("values", "known", "to do"))
    for step in found["steps"]:
        numbers = ["" if step[key] is None else f"{step[key]:,}" for key in ("values", "known", "to_do")]
        table.add_row(step["step"], " + ".join(step["fields"]), *numbers, style=None if step["to_do"] else "dim")
    return table


def _remarks(found: dict[str, Any]) -> list[str]:
    remarks = [""]
    if found["rows"]["to_measure"]:
        remarks.append(_duration(found))
    if found["downloads"]:
        remarks.append(f"a build downloads {counted(found['downloads'], 'value')} first")
    for remark in found["remarks"]:
        remarks.append(f"note: {remark}")
    for weights in found["missing_weights"]:
        remarks.append(
            f"missing: the weights of {weights['step']}, {weights['model']} ({weights['revision']}), are not cached: "
            "a build fetches them"
        )
    return remarks


def _duration(found: dict[str, Any]) -> str:
    if found["seconds"] is None:
        return "how long that takes is not known yet: no version in this store has timed these steps"
    rate = found["rate"]
    about = "about" if rate["of_just_these_steps"] else "at most about"
    return f"{about} {in_time(found['seconds'])}, at the {rate['rows_per_second']:,.0f} rows/s of {rate['version']}"
