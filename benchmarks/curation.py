#!/usr/bin/env python
"""Curating pictures with captions: mmhub against scripts written by hand, whole processes in interleaved rounds.

    uv run benchmarks/curation.py --corpus DIR [--rounds 3] [--json]

DIR is a corpus with planted defects, as `uv run benchmarks/baselines/make_corpus.py --out DIR` makes it. Every
contestant starts from nothing in every round, after a first one that counts for none. `naive` is a chain of map and
filter, `careful` an expert's script with one decode per picture, `bare` a loop over the same functions mmhub calls,
without any dataset library.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from timing import Cost, median, timed

HERE = Path(__file__).parent
NAMES = ("mmhub", "careful", "naive", "bare")


def commands(corpus: Path, out: Path) -> dict[str, list[str]]:
    """Return what each contestant runs."""
    handwritten = [sys.executable, str(HERE / "baselines" / "handwritten.py"), "--corpus", str(corpus)]
    return {
        "mmhub": [
            *(sys.executable, "-m", "mmhub", "build", str(HERE / "curation_recipe.py")),
            *("--data-dir", str(corpus), "--store", str(out / "mmhub"), "--json"),
        ],
        "careful": [*handwritten, "--careful", "--blur", "--hamming", "4", "--out", str(out / "careful")],
        "naive": [*handwritten, "--out", str(out / "naive")],
        "bare": [
            sys.executable,
            str(HERE / "baselines" / "bare.py"),
            "--corpus",
            str(corpus),
            "--out",
            str(out / "bare"),
        ],
    }


def kept_ids(name: str, out: Path) -> set[int]:
    """Return the ids of the rows a contestant kept."""
    if name != "mmhub":
        return set(json.loads((out / name / "ids.json").read_text()))
    import mmhub

    ledger = mmhub.load_ledger("curation", store=out / "mmhub").select_columns(["row_id", "fate"])
    return {int(row["row_id"]) for row in ledger if row["fate"] == "kept"}


def caught(kept: set[int], corpus: Path) -> tuple[dict[str, list[int]], int]:
    """Return, by kind of defect, how many are gone of how many were planted, and how many clean rows are lost.

    Of a planted duplicate and its original either may go; an original that went while its duplicate stayed is no loss.
    """
    truth = [json.loads(line) for line in (corpus / "truth.jsonl").open(encoding="utf-8")]
    gone: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    swapped = 0
    for row in truth:
        pair = row["kind"] in ("exact_dup", "near_dup")
        planted[row["kind"]] += 1
        gone[row["kind"]] += row["id"] not in kept or (pair and row["of"] not in kept)
        swapped += pair and row["of"] not in kept and row["id"] in kept
    lost = gone.pop("clean", 0) - swapped
    planted.pop("clean", None)
    return {kind: [gone[kind], planted[kind]] for kind in sorted(planted)}, lost


def main() -> None:
    """Time all contestants and print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=NAMES, default=list(NAMES))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    costs: dict[str, list[Cost]] = {name: [] for name in given.only}
    outcome = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        for number in range(given.rounds + 1):
            for name in given.only:
                shutil.rmtree(out / name, ignore_errors=True)
                command = commands(given.corpus.absolute(), out)[name]
                cost = timed(command, log=out / f"{name}.log", bytecode=out / "bytecode")
                print(
                    f"{f'round {number}' if number else 'warm-up'}: {name} {cost.wall_seconds:.1f} s", file=sys.stderr
                )
                if number:
                    costs[name].append(cost)
                outcome[name] = caught(kept_ids(name, out), given.corpus)
    medians = {name: median(each) for name, each in costs.items()}
    if given.json:
        print(json.dumps(as_json(medians, outcome)))
    else:
        Console(width=120).print(*as_tables(medians, outcome))


def as_json(medians: dict[str, Cost], outcome: dict[str, tuple[dict[str, list[int]], int]]) -> dict[str, object]:
    """Return the medians, mmhub's share of each contestant's wall time, and what mmhub caught and lost."""
    seconds = {name: cost.wall_seconds for name, cost in medians.items()}
    return {
        "seconds": seconds,
        "cpu_seconds": {name: cost.cpu_seconds for name, cost in medians.items()},
        "peak_bytes": {name: cost.peak_bytes for name, cost in medians.items()},
        "ratios": {name: seconds["mmhub"] / each for name, each in seconds.items() if name != "mmhub"},
        "caught": outcome["mmhub"][0],
        "lost_clean": outcome["mmhub"][1],
        "contestants": {name: {"caught": found, "lost_clean": lost} for name, (found, lost) in outcome.items()},
    }


def as_tables(medians: dict[str, Cost], outcome: dict[str, tuple[dict[str, list[int]], int]]) -> list[Table]:
    """Return what each contestant cost, with mmhub's wall time as a share of its, and what each caught."""
    costs = Table("", "wall s", "CPU s", "peak MB", "mmhub / it", title="Whole process, medians", title_justify="left")
    kinds = list(outcome["mmhub"][0])
    found = Table("", *kinds, "clean lost", title="Planted defects caught", title_justify="left")
    for name, cost in medians.items():
        share = medians["mmhub"].wall_seconds / cost.wall_seconds
        figures = (cost.wall_seconds, cost.cpu_seconds)
        costs.add_row(name, *(f"{each:.1f}" for each in figures), f"{cost.peak_bytes / 1e6:.0f}", f"{share:.2f}")
        caught_by, lost = outcome[name]
        found.add_row(name, *(f"{gone} of {planted}" for gone, planted in caught_by.values()), str(lost))
    return [costs, found]


if __name__ == "__main__":
    main()
