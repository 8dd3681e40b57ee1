#!/usr/bin/env python
"""What worker processes cost: the curation of benchmarks/curation_recipe.py in processes, and in threads of the build.

    uv run benchmarks/isolation.py --corpus DIR [--rounds 3] [--limit N]

DIR is a corpus as `uv run benchmarks/baselines/make_corpus.py --out DIR` makes it. Threads are what mmhub would be
without isolation: a value that crashes would end the build. Compared are CPU seconds, of the build and its processes.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

from timing import Cost, median, timed

HERE = Path(__file__).parent


def build_with(kind: str, corpus: Path, store: Path, limit: int | None) -> None:
    """Build the corpus in this process, its values decoded in threads or in processes."""
    from mmhub import run
    from mmhub.request import Request
    from mmhub.workers.jobs import Job, Result, Setup
    from mmhub.workers.mark import SIZE, Mark
    from mmhub.workers.work import Work

    class Threads:
        """A pool of threads with the face of a pool of processes."""

        restarts, start_seconds = 0, 0.0

        def __init__(self, setup: Setup, *, workers: int, heard: Callable[[], None]) -> None:
            self._setup, self._heard = setup, heard
            self._pool = ThreadPoolExecutor(workers)

        def start(self, count: int) -> None:
            pass  # threads start at once

        def finish(self) -> None:
            pass

        def submit(self, jobs: Sequence[Job]) -> "Future[list[Result]]":
            return self._pool.submit(self._run, jobs)

        def close(self) -> None:
            self._pool.shutdown()

        def _run(self, jobs: Sequence[Job]) -> list[Result]:
            with tempfile.TemporaryFile() as file:
                file.truncate(SIZE)
                results = list(Work(self._setup, Mark(file.fileno())).run(jobs))
            self._heard()
            return results

    if kind == "threads":
        decode_in(Threads)
    run.build(Request(str(HERE / "curation_recipe.py"), data_dir=corpus, store=store, limit=limit))


def decode_in(pool: type) -> None:
    """Have builds of this process decode in a pool of another kind, each value by one thread as in a worker."""
    import os

    import cv2

    from mmhub.measuring import measure
    from mmhub.workers import forkserver

    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    cv2.setNumThreads(1)
    measure.Pool = pool  # type: ignore[misc]
    forkserver.ForkServer = Mock  # type: ignore[assignment,misc]


def main() -> None:
    """Time both in turn, and print their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--build", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.build:
        build_with(given.build[0], given.corpus, Path(given.build[1]), given.limit)
        return
    costs: dict[str, list[Cost]] = {"processes": [], "threads": []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.rounds):
            for kind, each in costs.items():
                command = [sys.executable, __file__, "--corpus", str(given.corpus), "--build", kind]
                command.append(f"{folder}/{kind}{number}")
                limit = ["--limit", str(given.limit)] if given.limit else []
                each.append(timed([*command, *limit], log=Path(folder) / "log", bytecode=Path(folder) / "bytecode"))
    medians = {kind: median(each) for kind, each in costs.items()}
    for kind, cost in medians.items():
        print(f"{kind:10} {cost.cpu_seconds:7.1f} CPU s {cost.wall_seconds:7.1f} s")
    print(f"ratio of CPU seconds: {medians['processes'].cpu_seconds / medians['threads'].cpu_seconds:.2f}")


if __name__ == "__main__":
    main()
