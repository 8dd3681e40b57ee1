"""A pool of worker processes that a value which crashes, hangs or eats memory costs one process, not the build.

Each thread of the pool owns one process. Where a process ends in the middle of a job, or takes too long over one
value, it is replaced and its unfinished jobs are asked again, one by one; a value that fails twice, the second time
alone, is given up with a reason.
"""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection, Pipe
from typing import IO, Any

from mmhub.units import Fault
from mmhub.workers.jobs import Answer, Job, Pair, Result, Setup, Value
from mmhub.workers.process import BEGIN, BUG, DONE, RESULT

_STRIKES = 2
_START_SECONDS = 120.0
_SINGLE_THREADED = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
)


class WorkerStartError(RuntimeError):
    """A worker process ended before it was ready for its first job."""


class Stopped(Exception):
    """A worker process ended, or was ended, over the value at ``place``."""

    def __init__(self, fault: Fault, place: int) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.place = place


class Pool:
    """Worker processes that answer jobs."""

    def __init__(self, setup: Setup, *, workers: int) -> None:
        self._setup = setup
        self._message = pickle.dumps(setup)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="decode")
        self._own = threading.local()
        self._running: set[_Process] = set()
        self._closed = False
        self.restarts = 0

    def submit(self, jobs: Sequence[Job]) -> "Future[list[Result]]":
        """Return the future results of ``jobs``, in their order."""
        return self._threads.submit(self._run, jobs)

    def close(self) -> None:
        """End all processes; jobs not yet begun are forgotten."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in list(self._running):
            process.kill()
        self._threads.shutdown(wait=True)
        for process in self._running:
            process.close()

    def _run(self, jobs: Sequence[Job]) -> list[Result]:
        results: list[Result] = []
        try:
            self._attempt(jobs, results)
        except Stopped as stop:
            if self._closed:
                raise
            unfinished = jobs[len(results) :]
            for number, job in enumerate(unfinished):
                blamed = (stop.place,) if stop.place >= 0 and number == 0 else ()
                suspects = blamed or (tuple(range(len(job.values))) if stop.place < 0 else ())
                results.append(self._alone(job, suspects))
        return results

    def _alone(self, job: Job, suspects: Sequence[int]) -> Result:
        """Return the result of one job; a value over which a process has stopped twice has the fault for an answer."""
        strikes = dict.fromkeys(suspects, 1)
        given_up: dict[int, Fault] = {}
        while True:
            rest, places = _without(job, given_up)
            if not places:
                return _with_faults(job, Result(answers=[]), places, given_up)
            results: list[Result] = []
            try:
                self._attempt([rest], results)
                return _with_faults(job, results[0], places, given_up)
            except Stopped as stop:
                if self._closed:
                    raise
                place = places[max(0, stop.place)]
                strikes[place] = strikes.get(place, 0) + 1
                if strikes[place] >= _STRIKES:
                    given_up[place] = stop.fault

    def _attempt(self, jobs: Sequence[Job], results: list[Result]) -> None:
        """Add the results of ``jobs`` to ``results`` as they come; raise Stopped where the process ends before."""
        process = self._process()
        try:
            process.answer(jobs, results, seconds=self._setup.limits.seconds)
        except Stopped:
            self._running.discard(process)
            self._own.process = None
            process.close()
            if not self._closed:
                self.restarts += 1
            raise

    def _process(self) -> "_Process":
        process: _Process | None = getattr(self._own, "process", None)
        if process is None:
            process = self._own.process = _Process(self._message)
            self._running.add(process)
            if self._closed:
                process.kill()
        return process


class _Process:
    """One worker process, and this end of its pipe."""

    def __init__(self, setup: bytes) -> None:
        here, there = Pipe()
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (it lives as long as the process)
        self.connection: Connection = here
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "mmhub.workers.process", str(there.fileno())],
            pass_fds=[there.fileno()],
            env={**os.environ, **_SINGLE_THREADED},
            stdin=subprocess.DEVNULL,
            stdout=self.errors,
            stderr=self.errors,
            # Ctrl-C at a terminal goes to the build, which ends its workers in its own time.
            start_new_session=True,
        )
        there.close()
        try:
            here.send(sys.path)
            here.send_bytes(setup)
            if not here.poll(_START_SECONDS):
                raise EOFError
            here.recv()
        except (EOFError, OSError) as error:
            self.kill()
            raise WorkerStartError(f"a worker process did not start: {self._last_words()}") from error

    def answer(self, jobs: Sequence[Job], results: list[Result], *, seconds: float) -> None:
        place = 0
        try:
            self.connection.send(jobs)
            while True:
                if not self.connection.poll(seconds):
                    self.kill()
                    raise Stopped(Fault("timeout", f"it took more than {seconds:g} s"), place)
                kind, content = self.connection.recv()
                if kind == DONE:
                    return
                if kind == BUG:
                    raise RuntimeError(f"a worker process failed:\n{content}")
                if kind == BEGIN:
                    place = content
                elif kind == RESULT:
                    results.append(content)
                    place = 0
        except (EOFError, OSError) as error:
            raise Stopped(self._obituary(), place) from error

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()

    def close(self) -> None:
        """End the process, and close what was open to speak with it."""
        self.kill()
        self.connection.close()
        self.errors.close()

    def _obituary(self) -> Fault:
        code = self.popen.wait()
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        return Fault("crashed", f"the decoder ended with {how}{self._last_words()}")

    def _last_words(self) -> str:
        self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, self.errors.tell() - 400))
        words = self.errors.read().decode(errors="replace").strip().splitlines()
        return f": {words[-1]}" if words else ""

    def __hash__(self) -> int:
        return id(self)


def _without(job: Job, given_up: dict[int, Fault]) -> tuple[Job, list[int]]:
    """Return a job without the values that were given up, and where its values were before."""
    places = [place for place in range(len(job.values)) if place not in given_up]
    moved = {old: new for new, old in enumerate(places)}
    pairs = [
        Pair(pair.bound, pair.item, moved[pair.left], moved[pair.right])
        for pair in job.pairs
        if pair.left in moved and pair.right in moved
    ]
    values: list[Value] = [job.values[place] for place in places]
    return Job(job.row, values, pairs), places


def _with_faults(job: Job, result: Result, places: Sequence[int], given_up: dict[int, Fault]) -> Result:
    answers = [Answer(fault=given_up.get(place)) for place in range(len(job.values))]
    for place, answer in zip(places, result.answers, strict=True):
        answers[place] = answer
    found = iter(result.pairs)
    pairs: list[Any] = [given_up.get(pair.left) or given_up.get(pair.right) or next(found) for pair in job.pairs]
    return Result(answers=answers, pairs=pairs)
