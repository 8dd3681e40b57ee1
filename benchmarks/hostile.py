#!/usr/bin/env python
"""Hostile files and mutations of sound ones through real worker processes: what is accepted, refused, and why.

    uv run benchmarks/hostile.py --samples DIR [--mutations 5000] [--seed 1]

All files of DIR in folders called `hostile`, and mutations of the others, go through decoding and every cleaner of the
installed plugins. Sound files stand among them, and must all be kept.
"""

import argparse
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import mmhub
from harmful import made
from mmhub import Column, From, Recipe, Row, Rule, Source, Step, load_ledger, plugins, run
from mmhub.operators import Cleaner, Distinct
from mmhub.request import Request
from mmhub.workers.jobs import Limits
from mmhub.workers.pool import Pool
from mutations import MUTATIONS, swapped

KINDS = {
    "image": (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".ico", ".avif", ".heif"),
    "audio": (".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac"),
    "video": (".mp4", ".mkv", ".webm", ".avi", ".mov"),
    "text": (".txt", ".srt", ".vtt", ".csv", ".json", ".jsonl", ".html", ".md"),
}
LARGEST = 2 << 20
"""Files of more bytes are not mutated."""
SOUND_EVERY = 10
LIMITS = Limits(seconds=30.0, memory_bytes=2 << 30)


@dataclass
class Outcome:
    """What became of the files of one kind."""

    files: int = 0
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    sound: int = 0
    sound_lost: list[str] = field(default_factory=list)
    restarts: int = 0
    seconds: float = 0.0


def kind_of(path: Path) -> str | None:
    """Return the modality of a file by its suffix."""
    return next((kind for kind, suffixes in KINDS.items() if path.suffix.lower() in suffixes), None)


def samples(folder: Path) -> tuple[dict[str, list[Path]], dict[str, list[Path]]]:
    """Return hostile and other files by kind."""
    hostile: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    others: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name.endswith("SOURCES.md"):
            continue
        if "hostile" in path.parts:
            named = next((part for part in path.parts if part in KINDS), None) or kind_of(path)
            if named:
                hostile[named].append(path)
        elif (kind := kind_of(path)) and 0 < path.stat().st_size <= LARGEST:
            others[kind].append(path)
    return hostile, others


def fill(
    folder: Path, kind: str, hostile: Sequence[Path], others: Sequence[Path], mutations: int, chance: random.Random
) -> None:
    """Write hostile files, made and mutated ones into ``folder``."""
    for number, path in enumerate(hostile):
        shutil.copy(path, folder / f"hostile-{number:04d}-{path.name}")
    for name, data in made(kind):
        (folder / f"made-{name}{KINDS[kind][0]}").write_bytes(data)
    for number in range(mutations if others else 0):
        path = chance.choice(others)
        data = path.read_bytes()
        how = chance.choice((*MUTATIONS, swapped))
        changed = (
            swapped(data, chance.choice(others).read_bytes(), chance)
            if how is swapped
            else how(bytearray(data), chance)
        )
        suffix = path.suffix if chance.random() < 0.9 else chance.choice(KINDS[chance.choice(list(KINDS))])
        (folder / f"mutated-{number:05d}-{how.__name__}{suffix}").write_bytes(changed)


def rows(kind: str, folder: Path, sound: Sequence[Path]) -> Iterator[Row]:
    """Yield the files of ``folder``, and a sound one after every few of them."""
    for number, path in enumerate(sorted(folder.iterdir())):
        yield {"row_id": path.name, kind: _value(kind, path)}
        if sound and number % SOUND_EVERY == 0:
            yield {"row_id": f"sound-{number}", kind: _value(kind, sound[number // SOUND_EVERY % len(sound)])}


def _value(kind: str, path: Path) -> str | Path:
    return path.read_bytes().decode(errors="surrogateescape") if kind == "text" else path


def run_kind(
    kind: str, hostile: Sequence[Path], others: Sequence[Path], *, mutations: int, chance: random.Random, folder: Path
) -> Outcome:
    """Build the files of one kind, and return what became of them."""
    (folder / kind).mkdir()
    fill(folder / kind, kind, hostile, others, mutations, chance)
    sound = _sound(kind, others, folder)
    offers = plugins.discover()
    steps = tuple(
        Step(name, rules=_off(each))
        for name, each in sorted(offers.operators.items())
        if isinstance(each, Cleaner) and each.modality == kind
    )
    pools: list[Pool] = []
    start = time.monotonic()
    report = _build(kind, lambda: rows(kind, folder / kind, sound), steps, folder, pools)
    outcome = Outcome(seconds=time.monotonic() - start, restarts=sum(pool.restarts for pool in pools))
    assert report.rows["read"] == sum(report.rows[fate] for fate in ("kept", "dropped", "quarantined"))
    for row in load_ledger(f"hostile-{kind}", store=folder / "store").select_columns(
        ["row_id", "fate", "reason", "message"]
    ):
        if row["row_id"].startswith("sound-"):
            outcome.sound += 1
            if row["fate"] != "kept":
                outcome.sound_lost.append(f"{row['row_id']}: {row['reason']}")
            continue
        outcome.files += 1
        outcome.accepted += row["fate"] == "kept"
        if row["fate"] != "kept":
            outcome.refused[row["reason"]] += 1
            if not row["reason"] or not row["message"]:
                outcome.unexplained.append(row["row_id"])
    return outcome


def _sound(kind: str, others: Sequence[Path], folder: Path) -> list[Path]:
    """Return some files that are kept where they stand among sound ones only."""
    chosen = [path for path in others if path.stat().st_size <= LARGEST // 4][:20]
    _build(
        f"sound-{kind}", lambda: ({"row_id": str(path), kind: _value(kind, path)} for path in chosen), (), folder, []
    )
    ledger = load_ledger(f"hostile-sound-{kind}", store=folder / "store")
    kept = {row["row_id"] for row in ledger if row["fate"] == "kept"}
    return [path for path in chosen if str(path) in kept]


def _build(
    name: str, given: Callable[[], Iterator[Row]], steps: tuple[Step, ...], folder: Path, pools: list[Pool]
) -> mmhub.Report:
    kind = name.removeprefix("sound-")
    source = Source(name="files", version=1, summary="Files.", rows=lambda options, folder: given())
    offers = plugins.discover()
    offers = type(offers)(**{**vars(offers), "sources": {**offers.sources, "files": source}})
    recipe = Recipe(name=f"hostile-{name}", source=From(use="files"), fields={kind: Column(modality=kind)}, steps=steps)
    close = Pool.close
    try:
        Pool.close = lambda pool: (pools.append(pool), close(pool))[1]  # type: ignore[method-assign]
        return run.build(Request(recipe, store=folder / "store", limits=LIMITS), offers=offers)
    finally:
        Pool.close = close  # type: ignore[method-assign]


def _off(cleaner: Cleaner) -> dict[str, bool]:
    """Return all rules of a cleaner, switched off: only what cannot be decoded or measured shall be lost."""
    assert all(isinstance(rule, Rule | Distinct) for rule in cleaner.rules)
    return {rule.reason: False for rule in cleaner.rules}


def main() -> None:
    """Run all kinds, and print a table of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--mutations", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=list(KINDS), default=list(KINDS))
    given = parser.parse_args()
    logging.basicConfig(format="    %(message)s")
    logging.getLogger("mmhub.workers").setLevel(logging.INFO)
    hostile, others = samples(given.samples)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind in given.only:
            chance = random.Random(f"{given.seed}-{kind}")
            each = run_kind(
                kind,
                hostile[kind],
                others[kind],
                mutations=given.mutations // len(given.only),
                chance=chance,
                folder=Path(folder),
            )
            failures += len(each.sound_lost) + len(each.unexplained)
            print(
                f"{kind}: {each.files} files in {each.seconds:.0f} s, {each.accepted} accepted, "
                f"{each.refused.total()} refused; {each.sound} sound ones among them, {len(each.sound_lost)} lost; "
                f"{each.restarts} workers ended",
                flush=True,
            )
            for reason, count in each.refused.most_common():
                print(f"    {reason:20} {count:6}")
            for line in (*each.sound_lost, *each.unexplained):
                print(f"    NOT AS IT SHOULD BE: {line}")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
