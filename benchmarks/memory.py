#!/usr/bin/env python
"""How the memory of a build grows with the number of rows: anonymous memory of all its processes, at its peak.

    uv run benchmarks/memory.py [--rows 1000,50000] [--rounds 3] [--seed 0] [--json]

Small pictures with captions are built with the recipe of the curation benchmark by `mmhub build`, as users type it, in
a process of its own for each number of rows: Arrow has no allocator of its own then. Memory is what the kernel counts
as anonymous (Pss_Anon): files that are mapped, which it may drop at any time, are not in it, and what forked processes
share is counted once. It is read every few milliseconds, of the build and of every process it
starts, as a build of few rows is at its peak for a moment only. Sizes take turns, and the median of the rounds is told.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from captions import caption

RECIPE = str(Path(__file__).parent / "curation_recipe.py")
_PAUSE_SECONDS = 0.003


def write_corpus(folder: Path, rows: int, *, seed: int) -> None:
    """Write pictures of 128 x 128 random shapes, and a caption of each, as the curation recipe reads them."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    with (folder / "captions.jsonl").open("w", encoding="utf-8") as lines:
        for number in range(rows):
            path = folder / "images" / f"{number:06d}.jpg"
            shapes = Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)).resize((128, 128), 0)
            shapes.save(path, quality=85)
            text = f"{caption(rng)} number {number}"
            lines.write(json.dumps({"id": number, "text": text, "images": [str(path)]}) + "\n")


def descendants(root: int) -> Iterator[int]:
    """Yield a process and all that it has started."""
    yield root
    try:
        tasks = [path.name for path in Path(f"/proc/{root}/task").iterdir()]
        for task in tasks:
            for child in Path(f"/proc/{root}/task/{task}/children").read_text().split():
                yield from descendants(int(child))
    except (FileNotFoundError, ProcessLookupError):
        return


def anonymous(process: int) -> int:
    """Return the anonymous memory of a process in bytes."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def built(folder: Path, *, seed: int, rows: int) -> dict[str, float]:
    """Build a corpus of so many rows, and return seconds, and peaks of anonymous memory in bytes."""
    write_corpus(folder / "corpus", rows, seed=seed)
    command = [sys.executable, "-m", "mmhub", "build", RECIPE, "--data-dir", str(folder / "corpus")]
    command += ["--store", str(folder / "store"), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    whole = main = 0
    while process.poll() is None:
        found = {each: anonymous(each) for each in descendants(process.pid)}
        whole, main = max(whole, sum(found.values())), max(main, found.get(process.pid, 0))
        time.sleep(_PAUSE_SECONDS)
    assert process.stdout is not None
    report = json.loads(process.stdout.read())
    seconds = report["seconds"]["total"] - report["seconds"]["starting"]
    return {"rows": rows, "kept": report["rows"]["kept"], "seconds": seconds, "all": whole, "build": main}


def measured(rows: int, *, seed: int) -> dict[str, float]:
    """Return the same of a corpus that is made for it, and gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return built(Path(folder), seed=seed, rows=rows)


def main() -> None:
    """Measure and print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="1000,50000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    sizes = [int(rows) for rows in given.rows.split(",")]
    rounds = []
    for number in range(given.rounds):
        rounds.append([measured(rows, seed=given.seed + number) for rows in sizes])
        print(", ".join(f"{each['rows']:,}: {each['all'] / 1e6:.0f} MB" for each in rounds[-1]), file=sys.stderr)
    found = [{key: statistics.median(one[key] for one in of) for key in of[0]} for of in zip(*rounds, strict=True)]
    if given.json:
        print(json.dumps({"builds": found, "rounds": rounds, "growth": found[-1]["all"] / found[0]["all"] - 1}))
        return
    table = Table("rows", "kept", "seconds", "ms a row", "all processes, MB", "the build itself, MB", "growth")
    for each in found:
        table.add_row(
            f"{each['rows']:,}",
            f"{each['kept']:,}",
            f"{each['seconds']:.1f}",
            f"{each['seconds'] / each['rows'] * 1000:.2f}",
            f"{each['all'] / 1e6:.0f}",
            f"{each['build'] / 1e6:.0f}",
            f"{each['all'] / found[0]['all'] - 1:+.1%}",
        )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
