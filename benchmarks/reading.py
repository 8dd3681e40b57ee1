#!/usr/bin/env python
"""How fast tables are read into units, and the memory that takes: ``--rows 100000`` by default.

    uv run benchmarks/reading.py [--rows 10000,100000] [--json]

A table with an id, a path, a caption of 12 words and two numbers is read as CSV, JSON Lines, Parquet and Arrow, and a
Parquet file with 4 kB of bytes in each row. Each is read in a process of its own. Memory is the peak of what the kernel
counts as anonymous (RssAnon), less what there was before the first row: what stays is the columns of units themselves.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from captions import caption

FORMS = ("csv", "jsonl", "parquet", "arrow", "bytes.parquet")
PROBE = """
import json, sys
from pathlib import Path
from anonymous import Watched
from mmhub import Column, plugins
from mmhub.sources.read import read
source = plugins.collect({}).sources["table"]
fields = {"image": Column(modality="image"), "caption": Column(modality="text"), "year": Column(modality="int64"),
          "score": Column(modality="float64")}
rows = source.rows(source.options(files=sys.argv[1]), Path(sys.argv[2]))
import pyarrow.parquet
with Watched() as cost:
    units = read(rows, fields, texts=frozenset({"caption"}))
print(json.dumps({"rows": len(units), "seconds": cost.seconds, "peak": cost.peak, "after": cost.after}))
"""
"""Runs in this folder, so that it finds `anonymous`."""


def write_table(folder: Path, form: str, rows: int) -> Path:
    """Write a table in one form and return its path."""
    rng = np.random.default_rng(0)
    path = folder / f"rows.{form}"
    lines = [
        {
            "id": f"row-{n:07d}",
            "image": f"images/{n // 1000:03d}/{n:07d}.jpg",
            "caption": caption(rng),
            "year": 1900 + n % 120,
            "score": n / rows,
        }
        for n in range(rows)
    ]
    _WRITERS[form](path, lines)
    return path


def _csv(path: Path, lines: list[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def _jsonl(path: Path, lines: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def _arrow(path: Path, lines: list[dict[str, object]]) -> None:
    table = pa.Table.from_pylist(lines)
    with pa.ipc.new_file(str(path), table.schema) as sink:
        sink.write_table(table, max_chunksize=10_000)


def _bytes(path: Path, lines: list[dict[str, object]]) -> None:
    rng = np.random.default_rng(1)
    with pq.ParquetWriter(path, pa.Table.from_pylist(_held(lines[:1], rng)).schema) as writer:
        for start in range(0, len(lines), 2000):
            writer.write_table(pa.Table.from_pylist(_held(lines[start : start + 2000], rng)))


def _held(lines: list[dict[str, object]], rng: np.random.Generator) -> list[dict[str, object]]:
    return [{**line, "image": {"bytes": rng.bytes(4096), "path": None}} for line in lines]


_WRITERS: dict[str, Callable[[Path, list[dict[str, object]]], None]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": lambda path, lines: pq.write_table(pa.Table.from_pylist(lines), path),
    "arrow": _arrow,
    "bytes.parquet": _bytes,
}


def measured(form: str, rows: int) -> dict[str, float | str]:
    """Return how long one form of so many rows takes to read, and its memory in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_table(Path(folder), form, rows)
        (Path(folder) / "copies").mkdir()
        command = [sys.executable, "-c", PROBE, str(path), str(Path(folder) / "copies")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
        return {"form": form, "file": path.stat().st_size, **json.loads(done.stdout)}


def main() -> None:
    """Measure and print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="10000,100000")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = [measured(form, rows) for form in FORMS for rows in map(int, given.rows.split(","))]
    if given.json:
        print(json.dumps({"readings": found}))
        return
    table = Table("form", "rows", "file, MB", "rows/s", "peak, MB", "afterwards, MB")
    for each in found:
        rate = float(each["rows"]) / float(each["seconds"])
        sizes = [f"{float(each[name]) / 1e6:.1f}" for name in ("file", "peak", "after")]
        table.add_row(str(each["form"]), f"{each['rows']:,}", sizes[0], f"{rate:,.0f}", *sizes[1:])
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
