#!/usr/bin/env python
"""How fast annotations of COCO are read into rows, and the memory that takes: ``--rows 10000,100000`` by default.

    uv run benchmarks/reading_coco.py [--rows 10000,100000] [--json]

Two annotation files are generated as the official ones are written, each on one line: five captions for each
photograph, and seven boxes with an outline of 40 points, in an order of their own. Each size is read in a process of
its own, once as the rows the script yields, one at a time, and once as the units a build holds of them. Memory is the
peak of what the kernel counts as anonymous (RssAnon), less what there was before the first row.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from rich.console import Console
from rich.table import Table

from captions import caption

CAPTIONS, BOXES, CATEGORIES = 5, 7, 80
PROBE = """
import json, sys
from anonymous import Watched
from mmhub.recipes import catalogue
from mmhub.sources.read import read
entry = catalogue.entry("coco")
rows = entry.source.rows(entry.source.options(data_dir=sys.argv[1]), None)
import pyarrow
with Watched() as cost:
    if sys.argv[2] == "rows":
        count = sum(1 for _ in rows)
    else:
        count = len(read(rows, entry.recipe.columns, texts=frozenset({"captions"})))
print(json.dumps({"rows": count, "seconds": cost.seconds, "peak": cost.peak}))
"""
"""Runs in this folder, so that it finds `anonymous`."""


def write_annotations(folder: Path, rows: int) -> int:
    """Write both annotation files of a split, and return how many bytes they have."""
    rng = random.Random(0)
    (folder / "annotations").mkdir()
    (folder / "train2017").mkdir()
    images = [{"id": n, "file_name": f"{n:012d}.jpg", "license": n % 8, "coco_url": f"http://{n}"} for n in range(rows)]
    for name, made in (("captions", _captions(rng, rows)), ("instances", _boxes(rng, rows))):
        with (folder / "annotations" / f"{name}_train2017.json").open("w") as file:
            head = {"licenses": [{"id": n, "url": f"http://licence/{n}"} for n in range(8)], "images": images}
            file.write(json.dumps(head).removesuffix("}") + ', "annotations": [')
            _write(file, made)
            categories = [{"id": n, "name": f"category {n}"} for n in range(CATEGORIES)]
            file.write(f'], "categories": {json.dumps(categories)}}}')
    return sum(path.stat().st_size for path in (folder / "annotations").iterdir())


def _write(file: IO[str], made: Iterator[dict[str, Any]]) -> None:
    for number, each in enumerate(made):
        file.write((", " if number else "") + json.dumps(each))


def _captions(rng: random.Random, rows: int) -> Iterator[dict[str, Any]]:
    said = np.random.default_rng(0)
    for number, image in enumerate(_shuffled(rng, rows, CAPTIONS)):
        yield {"image_id": image, "id": number, "caption": caption(said, 10)}


def _boxes(rng: random.Random, rows: int) -> Iterator[dict[str, Any]]:
    outlines = [[round(rng.uniform(0, 640), 2) for _ in range(80)] for _ in range(100)]
    for number, image in enumerate(_shuffled(rng, rows, BOXES)):
        outline = rng.choice(outlines)
        about = {"image_id": image, "id": number, "category_id": rng.randrange(CATEGORIES), "iscrowd": 0}
        yield {**about, "segmentation": [outline], "bbox": outline[:4], "area": outline[0]}


def _shuffled(rng: random.Random, rows: int, each: int) -> list[int]:
    images = [image for image in range(rows) for _ in range(each)]
    rng.shuffle(images)
    return images


def measured(rows: int) -> Iterator[dict[str, Any]]:
    """Yield how long so many rows take to read, alone and as units, and their memory in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        size = write_annotations(Path(folder), rows)
        for what in ("rows", "units"):
            command = [sys.executable, "-c", PROBE, folder, what]
            done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
            yield {"read": what, "files": size, **json.loads(done.stdout)}


def main() -> None:
    """Measure and print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="10000,100000")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = [each for rows in map(int, given.rows.split(",")) for each in measured(rows)]
    if given.json:
        print(json.dumps({"readings": found}))
        return
    table = Table("read as", "rows", "files, MB", "rows/s", "peak, MB")
    for each in found:
        rate = each["rows"] / each["seconds"]
        table.add_row(
            each["read"], f"{each['rows']:,}", f"{each['files'] / 1e6:.0f}", f"{rate:,.0f}", f"{each['peak'] / 1e6:.1f}"
        )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
