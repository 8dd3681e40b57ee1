#!/usr/bin/env python
"""Builds killed at random moments, then run again: is the dataset the same, and how much was done twice?

    uv run benchmarks/kills.py [--kills 50] [--seed 1]

A folder of small pictures with captions is built over and over. At a random moment SIGKILL goes to the build, to one of
its workers, or to the server they are forked from; the same command then runs again until it gets to its end, on a new
store every time.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

ROWS, UNIT_ROWS, WORKERS = 400, 16, 2
IN_FLIGHT = 3 * UNIT_ROWS
"""Rows that a build has given to workers and not kept yet: one work unit being finished, two ahead of it."""


@dataclass
class Round:
    """One dataset, from the first start of its build to its end."""

    builds: int = 0
    killed: dict[str, int] = field(default_factory=lambda: {"build": 0, "server": 0, "worker": 0})
    orphans: int = 0
    seen: int = 0
    decoded_last: int = 0
    identity: str = ""
    kept: int = 0
    leftovers: int = 0

    @property
    def repeated(self) -> int:
        """How many pictures were measured more than once."""
        return self.seen - ROWS

    @property
    def allowed(self) -> int:
        """How many may have been: what was in flight at each kill."""
        return self.killed["build"] * IN_FLIGHT + self.killed["server"] * WORKERS + self.killed["worker"]


def make_pictures(folder: Path, *, seed: int) -> None:
    """Write small pictures, each different from all others."""
    folder.mkdir(parents=True)
    noise = np.random.default_rng(seed)
    for number in range(ROWS):
        pixels = noise.integers(0, 256, (64, 64, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:04d}.jpg", quality=85)


def build(pictures: Path, store: Path) -> None:
    """Build the pictures in this process, and print the report, with what the store knew of pictures before."""
    import mmhub_image
    import mmhub_text
    import witness
    from mmhub import Column, From, Recipe, Step, plugins, run
    from mmhub.facts import blocks_of
    from mmhub.request import Request, get_ready
    from mmhub.store import Store

    offers = plugins.collect({"mmhub-image": mmhub_image, "mmhub-text": mmhub_text, "witness": witness})
    recipe = Recipe(
        name="pictures",
        source=From(use="pictures"),
        fields={"image": Column(modality="image"), "text": Column(modality="text")},
        steps=(Step("image/witness"), Step("image/hash"), Step("text/length")),
    )
    request = Request(recipe, store=store, data_dir=pictures, unit_rows=UNIT_ROWS, workers=WORKERS)
    bound = [each for each in get_ready(request, offers=offers).bindings.bound if each.fields == ("image",)]
    known = {each.step: set(blocks_of(each, Store.at(store)).table["key"].to_pylist()) for each in bound}
    counts = {"witnessed": len(known["image/witness"]), "known": len(set.intersection(*known.values()))}
    print(json.dumps({**run.build(request, offers=offers).as_dict(), **counts}))


class Trial:
    """Builds of one folder of pictures, in processes of their own."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.rounds = 0
        make_pictures(folder / "pictures", seed=seed)

    def undisturbed(self) -> tuple[str, float]:
        """Return the identity of the dataset, and how long a build takes that is left alone."""
        start = time.monotonic()
        done = self.round(kills=0, seconds=0.0)
        return done.identity, time.monotonic() - start

    def round(self, *, kills: int, seconds: float) -> Round:
        """Build in a new store until it is done, and kill at most ``kills`` times, each within so many seconds."""
        self.rounds += 1
        store, log = self.folder / f"store{self.rounds}", self.folder / f"seen{self.rounds}"
        log.touch()
        done = Round()
        while True:
            before = _lines(log)
            done.builds += 1
            process = self._start(store, log)
            if sum(done.killed.values()) < kills:
                self._kill(process, done, after=self.random.uniform(0.0, seconds))
            out, err = process.communicate(timeout=300)
            if process.returncode == 0:
                report = json.loads(out)
                done.identity, done.kept = report["identity"], report["rows"]["kept"]
                done.decoded_last, done.seen = report["decoded"], _lines(log)
                assert done.decoded_last == ROWS - report["known"], "what lacks any fact is decoded, and no more"
                assert done.seen - before >= ROWS - report["witnessed"], "a build measures what it says it does"
                done.leftovers = len(_leftovers(store))
                return done
            assert process.returncode == -signal.SIGKILL, err.decode()

    def _start(self, store: Path, log: Path) -> "subprocess.Popen[bytes]":
        command = [sys.executable, __file__, "--build", str(self.folder / "pictures"), str(store)]
        environment = {**os.environ, "MMHUB_WITNESS": str(log)}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def _kill(self, process: "subprocess.Popen[bytes]", done: Round, *, after: float) -> None:
        """Kill the build or another of its processes after some seconds, unless it has ended by then."""
        try:
            process.wait(after)
            return
        except subprocess.TimeoutExpired:
            pass
        servers = [(each, "server") for each in _children(process.pid)]
        others = [*servers, *((each, "worker") for server, _ in servers for each in _children(server))]
        if others and self.random.random() < 0.5:
            chosen, kind = self.random.choice(others)
            done.killed[kind] += 1
            os.kill(chosen, signal.SIGKILL)
            return
        done.killed["build"] += 1
        process.kill()
        process.wait()
        done.orphans += _alive_after([each for each, _ in others], seconds=5.0)


def _lines(log: Path) -> int:
    return log.read_bytes().count(b"\n")


def _leftovers(store: Path) -> list[Path]:
    from mmhub.store import Store

    return Store.at(store).leftovers()


def _children(parent: int) -> Iterator[int]:
    """Yield the processes that ``parent`` has started."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == parent and words[0] != "Z":
            yield int(status.parent.name)


def _alive_after(processes: list[int], *, seconds: float) -> int:
    """Return how many of ``processes`` are still there after so many seconds, or 0 as soon as none is."""
    deadline = time.monotonic() + seconds
    while alive := sum(Path(f"/proc/{each}/cmdline").is_file() and not _is_dead(each) for each in processes):
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    return alive


def _is_dead(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def main() -> None:
    """Kill as often as asked, and print a line per dataset."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--build", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.build:
        build(*given.build)
        return
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), seed=given.seed)
        identity, seconds = trial.undisturbed()
        print(f"undisturbed: {identity[:12]}, {ROWS} rows in {seconds:.1f} s")
        print("dataset  builds  killed: build server worker  identity      kept  repeated  allowed  orphans  leftovers")
        kills, failures = 0, 0
        while kills < given.kills:
            done = trial.round(kills=min(10, given.kills - kills), seconds=seconds)
            kills += sum(done.killed.values())
            good = done.identity == identity and done.kept == ROWS and done.repeated <= done.allowed
            good = good and not done.orphans and not done.leftovers
            failures += not good
            print(
                f"{trial.rounds - 1:7} {done.builds:7} {done.killed['build']:14} {done.killed['server']:6} "
                f"{done.killed['worker']:6}  "
                f"{done.identity[:12]} {done.kept:5} {done.repeated:9} {done.allowed:8} {done.orphans:8} "
                f"{done.leftovers:10}  {'ok' if good else 'FAILED'}",
                flush=True,
            )
    print(f"{kills} kills, {failures} datasets not as they should be")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
