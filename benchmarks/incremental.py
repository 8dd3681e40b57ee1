#!/usr/bin/env python
"""What building again costs, as a share of building from nothing: after no change, and after small ones.

    uv run benchmarks/incremental.py --corpus DIR [--share 0.01] [--rounds 5] [--seed 0] [--json]

DIR is a corpus as baselines/make_corpus.py writes it. It is built from nothing before the rounds and in each of them;
in every round each change is made once, to other rows than in the round before, and built from what the first build
left. All builds run in this process, one after the other, so that what Python imports counts for none of them; nor
does the time in which worker processes import, though their CPU seconds do. Peak memory is that of this process.
"""

import argparse
import json
import os
import random
import resource
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

import mmhub
from timing import Cost, median

RECIPE = str(Path(__file__).parent / "curation_recipe.py")
WHOLE = "built from nothing"
Rows = list[dict[str, object]]


def linked(corpus: Path, folder: Path) -> Rows:
    """Return the rows of a corpus whose pictures are links in ``folder``, made anew, so that they can be replaced."""
    rows = [json.loads(line) for line in (corpus / "captions.jsonl").open(encoding="utf-8")]
    shutil.rmtree(folder / "images", ignore_errors=True)
    (folder / "images").mkdir(parents=True)
    for row in rows:
        there = Path(row["images"][0])
        here = folder / "images" / there.name
        os.link(there, here)
        row["images"] = [str(here)]
    return rows


def changes(rows: Rows, count: int, rng: random.Random) -> Iterator[tuple[str, Callable[[], Rows], Sequence[str]]]:
    """Yield what is done between two builds, by name: to the rows, each time as they were, and to the settings."""
    held, rest = rows[-count:], rows[:-count]
    yield "nothing changed", lambda: rest, ()
    yield "rows appended", lambda: rest + held, ()
    yield "rows deleted", lambda: deleted(rest, count, rng), ()
    yield "rows inserted", lambda: inserted(rest, held, rng), ()
    yield "captions edited", lambda: edited(rest, count, rng), ()
    yield "threshold tightened", lambda: rest, ("image/sharpness.at_least=60",)
    yield "threshold loosened", lambda: rest, ("image/sharpness.at_least=20",)
    # The last, as it changes what lies in the folder: the next round links it anew.
    yield "pictures changed", lambda: repainted(rest, count, rng), ()


def deleted(rows: Rows, count: int, rng: random.Random) -> Rows:
    """Return rows without some at random places."""
    chosen = set(rng.sample(range(len(rows)), count))
    return [row for n, row in enumerate(rows) if n not in chosen]


def inserted(rows: Rows, new: Rows, rng: random.Random) -> Rows:
    """Return rows with new ones at random places."""
    both = list(rows)
    for row in new:
        both.insert(rng.randrange(len(both)), {**row, "id": 10**6 + int(str(row["id"]))})
    return both


def edited(rows: Rows, count: int, rng: random.Random) -> Rows:
    """Return rows of which some have another caption."""
    chosen = set(rng.sample(range(len(rows)), count))
    return [{**row, "text": f"{row['text']} again"} if n in chosen else row for n, row in enumerate(rows)]


def repainted(rows: Rows, count: int, rng: random.Random) -> Rows:
    """Replace the pictures of some rows by others, of the same look but not of the same bytes."""
    from PIL import Image

    for row in rng.sample(rows, count):
        path = Path(str(row["images"][0]))  # type: ignore[index]
        try:
            picture = Image.open(path).convert("RGB")
        except OSError:
            continue
        path.unlink()
        picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(path, quality=88)
    return rows


def build(folder: Path, store: Path, rows: Rows, settings: Sequence[str] = ()) -> tuple[Cost, int]:
    """Write rows down, build them, and return what that cost and the number of pictures it decoded."""
    (folder / "captions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    # What the last build and this function have written is on the disk before the clock starts.
    os.sync()
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    before = cpu_seconds()
    report = mmhub.build(RECIPE, data_dir=folder, store=store, settings=settings)
    wall = report.seconds["total"] - report.seconds["starting"]
    return Cost(wall, cpu_seconds() - before, peak_bytes()), report.decoded


def cpu_seconds() -> float:
    """Return the CPU time of this process and of all it has waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_bytes() -> int:
    """Return the most memory this process has held since its peak was last reset."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


def measured(corpus: Path, folder: Path, share: float, rounds: int, seed: int) -> dict[str, list[tuple[Cost, int]]]:
    """Return what every build cost, and how many pictures it decoded, by what had changed."""
    found = defaultdict(list)

    def note(name: str, store: Path, rows: Rows, settings: Sequence[str] = ()) -> None:
        found[name].append(build(folder, store, rows, settings))
        print(f"{name}: {found[name][-1][0].wall_seconds:.2f} s", file=sys.stderr)

    rows = linked(corpus, folder)
    count = max(1, round(len(rows) * share))
    build(folder, folder / "warm", rows[:200])
    note(WHOLE, folder / "store", rows[:-count])
    for number in range(rounds):
        rows = linked(corpus, folder)
        for name, change, settings in changes(rows, count, random.Random(seed + number)):
            # Links will do, as no file of a store is written twice, and leave the disk in peace.
            shutil.copytree(folder / "store", folder / "changed", copy_function=os.link)
            note(name, folder / "changed", change(), settings)
            shutil.rmtree(folder / "changed")
        # As often as all else, as a machine is not equally fast all the time.
        note(WHOLE, folder / "again", linked(corpus, folder)[:-count])
        shutil.rmtree(folder / "again")
    return dict(found)


def as_json(found: dict[str, list[tuple[Cost, int]]]) -> dict[str, dict[str, float]]:
    """Return the medians of every figure, and the share of the wall time of a build from nothing, by change."""
    costs = {name: median([cost for cost, _ in each]) for name, each in found.items()}
    return {
        name: {
            "seconds": cost.wall_seconds,
            "cpu_seconds": cost.cpu_seconds,
            "peak_bytes": cost.peak_bytes,
            "decoded": sum(decoded for _, decoded in found[name]) / len(found[name]),
            "share": cost.wall_seconds / costs[WHOLE].wall_seconds,
        }
        for name, cost in costs.items()
    }


def as_table(figures: dict[str, dict[str, float]], title: str) -> Table:
    """Return the figures as a table."""
    table = Table("", "wall s", "of the full build", "CPU s", "peak MB", "decoded", title=title)
    for name, each in figures.items():
        seconds = (f"{each['seconds']:.2f}", f"{each['share']:.1%}", f"{each['cpu_seconds']:.2f}")
        table.add_row(name, *seconds, f"{each['peak_bytes'] / 1e6:.0f}", f"{each['decoded']:,.0f}")
    return table


def main() -> None:
    """Measure and print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    # Beside the corpus, so that links can be made.
    with tempfile.TemporaryDirectory(dir=given.corpus.parent) as folder:
        # Worker processes find their modules compiled, as a user's do.
        os.environ.update(PYTHONDONTWRITEBYTECODE="", PYTHONPYCACHEPREFIX=f"{folder}/bytecode")
        found = measured(given.corpus.absolute(), Path(folder), given.share, given.rounds, given.seed)
    figures = as_json(found)
    if given.json:
        print(json.dumps(figures))
        return
    title = f"{given.share:.1%} of the rows changed, medians of {given.rounds} rounds"
    Console(width=100).print(as_table(figures, title))


if __name__ == "__main__":
    main()
