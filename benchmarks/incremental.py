#!/usr/bin/env python
"""What building again costs, as a share of building from nothing: after no change, and after small ones.

    uv run benchmarks/incremental.py --corpus DIR [--share 0.01] [--seed 0] [--json]

DIR is a corpus as baselines/make_corpus.py writes it. All builds run in this process, one after the other, so that
what Python imports counts for none of them; the worker processes that decode start anew in each and count.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

import mmhub

RECIPE = str(Path(__file__).parent / "curation_recipe.py")
Rows = list[dict[str, object]]


def linked(corpus: Path, folder: Path) -> Rows:
    """Return the rows of a corpus whose pictures are links in ``folder``, so that they can be replaced."""
    rows = [json.loads(line) for line in (corpus / "captions.jsonl").open(encoding="utf-8")]
    (folder / "images").mkdir(parents=True)
    for row in rows:
        there = Path(row["images"][0])
        here = folder / "images" / there.name
        os.link(there, here)
        row["images"] = [str(here)]
    return rows


def changes(rows: Rows, count: int, rng: random.Random) -> Iterator[tuple[str, Callable[[], Rows]]]:
    """Yield what is done to the rows between two builds, by name; each starts from the rows as they were."""
    held, rest = rows[-count:], rows[:-count]
    yield "nothing changed", lambda: rest
    yield "rows appended", lambda: rest + held
    yield "rows deleted", lambda: [row for row in rest if id(row) not in set(map(id, rng.sample(rest, count)))]
    yield "rows inserted", lambda: inserted(rest, held, rng)
    yield "captions edited", lambda: edited(rest, count, rng)
    yield "pictures changed", lambda: repainted(rest, count, rng)


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


def build(folder: Path, store: Path, rows: Rows, *settings: str) -> dict[str, float]:
    """Write rows down, build them, and return the seconds it took and the pictures it decoded."""
    (folder / "captions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    report = mmhub.build(RECIPE, data_dir=folder, store=store, settings=settings)
    return {"seconds": report.seconds["total"] - report.seconds["starting"], "decoded": report.decoded}


def measured(corpus: Path, folder: Path, share: float, seed: int) -> dict[str, dict[str, float]]:
    """Return seconds and decoded pictures of a full build, and of one after each change."""
    rng = random.Random(seed)
    rows = linked(corpus, folder)
    count = max(1, round(len(rows) * share))
    first = rows[: min(200, len(rows))]
    build(folder, folder / "warm", first)
    found = {"built from nothing": build(folder, folder / "store", rows[:-count])}
    for name, change in changes(rows, count, rng):
        store = folder / "changed"
        shutil.copytree(folder / "store", store)
        found[name] = build(folder, store, change())
        shutil.rmtree(store)
        print(f"{name}: {found[name]['seconds']:.2f} s", file=sys.stderr)
    # The pictures are now those that were changed, so what follows is measured from a build of its own.
    build(folder, folder / "rules", rows[:-count])
    found["threshold tightened"] = build(folder, folder / "rules", rows[:-count], "image/sharpness.at_least=60")
    found["threshold loosened"] = build(folder, folder / "rules", rows[:-count], "image/sharpness.at_least=20")
    return found


def main() -> None:
    """Measure and print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    # Beside the corpus, so that links can be made.
    with tempfile.TemporaryDirectory(dir=given.corpus.parent) as folder:
        found = measured(given.corpus.absolute(), Path(folder), given.share, given.seed)
    whole = found["built from nothing"]["seconds"]
    if given.json:
        print(json.dumps({name: {**each, "share": each["seconds"] / whole} for name, each in found.items()}))
        return
    table = Table("", "seconds", "of the full build", "decoded", title=f"{given.share:.1%} of the rows changed")
    for name, each in found.items():
        table.add_row(name, f"{each['seconds']:.2f}", f"{each['seconds'] / whole:.1%}", f"{each['decoded']:,.0f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
