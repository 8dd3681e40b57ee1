#!/usr/bin/env python
"""Builds that several processes share, any of which is killed at random moments: is the dataset the same?

    uv run benchmarks/kills_shared.py [--kills 20] [--seed 1] [--engine processes|dask]

A folder of small pictures with captions is built with `--processes 2`, or with `--engine dask`. At a random moment
SIGKILL goes to any process of the build: the command, a rank or a worker of the cluster, or one of their decoders.
Where that ends the build, the same command runs again, until it gets to its end; then a new store is begun. A picture
that was measured more than once must have been in flight when something was killed.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

ROWS, UNIT_ROWS, AT_ONCE = 4096, 512, 2
"""Work units are of ordinary size at most, and two processes take one after another."""
WORKERS = 2
"""Decoders of each process."""
IN_FLIGHT = AT_ONCE * 3 * UNIT_ROWS
"""Rows given to decoders and not kept yet: in each process one work unit that is being finished, two ahead of it."""
WORDS = {"processes": ("--processes", str(AT_ONCE)), "dask": ("--engine", "dask")}
SCRIPT = '''
"""Small pictures, and what is said of them."""

from pathlib import Path

from mmhub import Column, Recipe, Step

recipe = Recipe(
    name="pictures",
    fields={"image": Column(modality="image"), "text": Column(modality="text")},
    steps=(Step("image/witness"), Step("image/hash"), Step("text/length")),
)


def rows(options, folder):
    for path in sorted((Path(__file__).parent / "pictures").glob("*.jpg")):
        yield {"row_id": path.stem, "image": path, "text": f"picture {path.stem}"}
'''
_DECODER = "mmhub.workers"
_KINDS = (
    (_DECODER, "decoder"),
    ("multiprocessing.spawn", "cluster"),
    ("mmhub", "rank"),
)
_BUILDS = 25
_SECONDS = 300.0


@dataclass
class Round:
    """One dataset, from the first start of its build to its end."""

    builds: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    sentences: set[str] = field(default_factory=set)
    identity: str = ""
    kept: int = 0
    seen: int = 0
    leftovers: int = 0

    @property
    def repeated(self) -> int:
        """How many pictures were measured more than once."""
        return self.seen - ROWS

    @property
    def allowed(self) -> int:
        """How many may have been: what was in flight at each kill.

        For a decoder that is one picture, and for the process that decoders are forked from, which end with it, one of
        each.
        """
        pictures = {"decoder": 1, "forkserver": WORKERS}
        return sum(count * pictures.get(kind, IN_FLIGHT) for kind, count in self.killed.items())


class Trial:
    """Builds of one folder of pictures by several processes."""

    def __init__(self, folder: Path, *, seed: int, engine: Literal["processes", "dask"]) -> None:
        self.folder, self.engine = folder, engine
        self.random = random.Random(seed)
        self.rounds = 0
        (folder / "pictures").mkdir(parents=True)
        (folder / "pictures.py").write_text(SCRIPT)
        install_witness(folder / "plugins")
        noise = np.random.default_rng(seed)
        for number in range(ROWS):
            pixels = noise.integers(0, 256, (64, 64, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / "pictures" / f"{number:04d}.jpg", quality=85)

    def undisturbed(self) -> tuple[str, float]:
        """Return the identity of what one process makes of the pictures, and how long several take for it."""
        identity, start = self.alone(), time.monotonic()
        assert self.round(kills=0, seconds=0.0).identity == identity
        return identity, time.monotonic() - start

    def alone(self) -> str:
        """Return the identity of what one process makes of the pictures."""
        identity: str = self._run(self.folder / "alone", Round(), shared=False)["identity"]
        return identity

    def round(self, *, kills: int, seconds: float) -> Round:
        """Build in a new store until it is done, and kill at most ``kills`` times, each within so many seconds."""
        self.rounds += 1
        store, done = self.folder / f"store{self.rounds}", Round()
        self._log(store).touch()
        while done.builds < _BUILDS:
            # Nothing but imports is done in the first part of it, and the last part may be over before its time.
            after = self.random.uniform(0.2, 0.8) * seconds if done.killed.total() < kills else None
            report = self._run(store, done, kill_after=after)
            if report:
                done.identity, done.kept = report["identity"], report["rows"]["kept"]
                break
        _await_end(str(store), seconds=30.0)
        done.leftovers, done.seen = len(_leftovers(store)), self._log(store).read_bytes().count(b"\n")
        return done

    def _run(self, store: Path, done: Round, *, kill_after: float | None = None, shared: bool = True) -> dict[str, Any]:
        """Build once; return the report, or nothing where the build came to no end."""
        done.builds += 1
        killed = done.killed.total()
        command = [sys.executable, "-m", "mmhub", "build", str(self.folder / "pictures.py"), "--store", str(store)]
        words = WORDS[self.engine] if shared else ()
        # Files, not pipes: processes that outlive the command would hold a pipe open.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            command += ["--workers", str(WORKERS), *words, "--json"]
            process = subprocess.Popen(command, stdout=out, stderr=err, env=self._environment(store, shared=shared))
            if kill_after is not None:
                self._kill(process, done, after=kill_after)
            status = process.wait(_SECONDS)
            out.seek(0)
            err.seek(0)
            answer = out.read()
            if status or not answer:
                said = err.read()
                assert done.killed.total() > killed, f"nothing was killed, and the build ended with {status}: {said}"
                done.sentences.update(line for line in said.splitlines() if line.startswith("error:"))
                return {}
            return json.loads(answer)

    def _log(self, store: Path) -> Path:
        return store.with_suffix(".seen")

    def _environment(self, store: Path, *, shared: bool) -> dict[str, str]:
        places = [str(self.folder / "plugins"), *filter(None, [os.environ.get("PYTHONPATH")])]
        witness = {"MMHUB_WITNESS": str(self._log(store)), "MMHUB_WITNESS_SECONDS": "0.004" if shared else "0"}
        return {**os.environ, "PYTHONPATH": os.pathsep.join(places), **witness}

    def _kill(self, process: "subprocess.Popen[bytes]", done: Round, *, after: float) -> None:
        """Kill any process of the build after some seconds, unless it has ended by then."""
        with suppress(subprocess.TimeoutExpired):
            process.wait(after)
            return
        kinds = {each: kind for each in _family(process.pid) if (kind := _kind(each))} | {process.pid: "command"}
        kind = self.random.choice(sorted(set(kinds.values())))
        chosen = self.random.choice(sorted(each for each in kinds if kinds[each] == kind))
        with suppress(ProcessLookupError):
            os.kill(chosen, signal.SIGKILL)
            done.killed[kind] += 1


def install_witness(folder: Path) -> None:
    """Put the witness into a folder as an installed plugin, so that every process of a build finds it there."""
    about = folder / "witness-1.dist-info"
    about.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("witness.py"), folder)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: witness\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[mmhub]\nwitness = witness\n")


def _family(process: int) -> Iterator[int]:
    """Yield a process, and all that it and those it has started have started."""
    yield process
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            words = status.read_text().rpartition(")")[2].split()
            if int(words[1]) == process and words[0] != "Z":
                yield from _family(int(status.parent.name))


def _kind(process: int) -> str:
    """Return what a process is in the build, or nothing where it is no part that works."""
    words = _words(process)
    found = next((kind for word, kind in _KINDS if word in words and "resource_tracker" not in words), "")
    return "forkserver" if found == "decoder" and _DECODER not in _words(_parent(process)) else found


def _parent(process: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _words(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _await_end(words: str, *, seconds: float) -> None:
    """Wait until no other process has these words in its command line, as what a killed launcher has left."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(
        words in _words(int(each.name)) for each in Path("/proc").glob("[0-9]*") if int(each.name) != os.getpid()
    ):
        time.sleep(0.1)


def _leftovers(store: Path) -> list[Path]:
    from mmhub.store import Store

    return Store.at(store).leftovers()


def main() -> None:
    """Kill as often as asked, and print a line per dataset."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=tuple(WORDS), default="processes")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), seed=given.seed, engine=given.engine)
        identity, seconds = trial.undisturbed()
        print(f"undisturbed: {identity[:12]}, {ROWS} rows in {seconds:.1f} s with {' '.join(WORDS[given.engine])}")
        kills, failures, sentences = 0, 0, set()
        while kills < given.kills:
            done = trial.round(kills=min(5, given.kills - kills), seconds=seconds)
            kills += done.killed.total()
            good = done.identity == identity and done.kept == ROWS and not done.leftovers
            good = good and 0 <= done.repeated <= done.allowed
            failures += not good
            sentences |= done.sentences
            killed = ", ".join(f"{kind} {count}" for kind, count in sorted(done.killed.items()))
            print(
                f"dataset {trial.rounds - 1}: {done.builds} builds, killed {killed or 'none'}; {done.identity[:12]}, "
                f"{done.kept} kept, {done.repeated} of at most {done.allowed} repeated, {done.leftovers} leftovers  "
                f"{'ok' if good else 'FAILED'}",
                flush=True,
            )
    print(*sorted(sentences), sep="\n")
    print(f"{kills} kills, {failures} datasets not as they should be")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
