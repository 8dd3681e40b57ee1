"""One worker process as its pool sees it: started, asked, watched, and ended."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, Pipe
from typing import IO, NoReturn

from mmhub.errors import WorkerError
from mmhub.units import Fault
from mmhub.workers.jobs import Job, Result
from mmhub.workers.mark import RESTING, SIZE, TOGETHER, At, Mark
from mmhub.workers.process import BUG, DONE, NO_MEMORY, RESULT

_START_SECONDS = 120.0
_END_SECONDS = 5.0
_WORDS_BYTES = 1 << 20
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)
_SINGLE_THREADED = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
)
_KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}
"""Has glibc keep the memory of one picture for the next: giving it back and asking anew took a sixth of the time."""


class Stopped(Exception):
    """A worker process ended, or was ended, over the value at ``place`` of the first job it had not answered.

    ``outside`` says that something else may have ended it, such as the system where memory is short.
    """

    def __init__(self, fault: Fault, at: At, *, answered: int, outside: bool = False) -> None:
        super().__init__(fault.message)
        self.fault, self.outside, self.step = fault, outside, at.step
        current = at.place != RESTING and (at.job == answered or at.place == TOGETHER)
        self.place = at.place if current else RESTING

    @property
    def at_value(self) -> bool:
        """Whether the process was at a single value."""
        return self.place >= 0


class Child:
    """A worker process, this end of its pipe, and its mark. It leads a process group: what it starts ends with it."""

    def __init__(self) -> None:
        with ExitStack() as opened:
            here, there = Pipe()
            opened.callback(here.close)
            self._connection: Connection = here
            # Appended to, so that it can be cut short while the process writes on.
            self._words: IO[bytes] = opened.enter_context(tempfile.TemporaryFile("a+b"))
            try:
                with there, tempfile.TemporaryFile() as shared:
                    shared.truncate(SIZE)
                    self._mark = Mark(shared.fileno())
                    opened.callback(self._mark.close)
                    self._mark.rest()
                    self._popen = self._started(there.fileno(), shared.fileno())
            except OSError as error:
                raise WorkerError(f"a worker process cannot be started: {error.strerror or error}") from error
            self._opened = opened.pop_all()

    def _started(self, *descriptors: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "mmhub.workers.process", *map(str, (*descriptors, os.getpid()))],
            pass_fds=descriptors,
            env={**os.environ, **_SINGLE_THREADED, **_KEPT_MEMORY},
            stdin=subprocess.DEVNULL,
            stdout=self._words,
            stderr=self._words,
            # Ctrl-C at a terminal goes to the build, which ends its workers in its own time.
            start_new_session=True,
        )

    def start(self, setup: bytes, *, closed: Callable[[], bool]) -> bool:
        """Wait until the process is ready, and return whether it is; raise WorkerError where it never will be."""
        try:
            self._connection.send_bytes(pickle.dumps(sys.path))
            self._connection.send_bytes(setup)
            if self._connection.poll(_START_SECONDS):
                self._connection.recv_bytes()
                return True
            why = f"it was not ready within {_START_SECONDS:g} s"
        except (EOFError, OSError):
            code = self._ended()
            if code is not None and -code in _FROM_OUTSIDE and not closed():
                return False
            why = _how(code)
        self.kill()
        raise WorkerError(
            f"a worker process did not start: {why}{self._last_words()}; "
            "it imports the plugins of the recipe, and nothing else of yours"
        )

    def answer(
        self, jobs: Sequence[Job], results: list[Result], *, seconds: float, heard: Callable[[], None] = lambda: None
    ) -> None:
        """Add the results of ``jobs`` to ``results`` as they come; raise Stopped where one does not come.

        ``heard`` is called at each of them.
        """
        first = len(results)
        if os.fstat(self._words.fileno()).st_size > _WORDS_BYTES:
            self._words.truncate(0)
        try:
            self._mark.rest()
            self._connection.send_bytes(pickle.dumps(jobs, protocol=5))
            while True:
                self._await_message(seconds, len(results) - first)
                message = memoryview(self._connection.recv_bytes())
                if message[:1] == DONE:
                    return
                if message[:1] == BUG:
                    raise RuntimeError(f"a worker process failed:\n{bytes(message[1:]).decode()}")
                assert message[:1] == RESULT
                results.append(pickle.loads(message[1:]))
                heard()
        except (EOFError, OSError) as error:
            self._raise_stopped(len(results) - first, error)

    def kill(self) -> None:
        """End the process, and whatever it has started, at once."""
        if self._popen.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.kill()
            self._popen.wait()

    def close(self) -> None:
        """End the process, and close what was open to speak with it."""
        self.kill()
        self._opened.close()

    def _await_message(self, seconds: float, answered: int) -> None:
        """Wait until there is something to read; end the process where one value takes longer than ``seconds``."""
        while True:
            before = self._mark.read()
            if self._connection.poll(max(0.0, before.since + seconds - time.monotonic())):
                return
            if self._mark.read() == before:
                self.kill()
                raise Stopped(Fault("timeout", f"it took more than {seconds:g} s"), before, answered=answered)

    def _raise_stopped(self, answered: int, error: Exception) -> NoReturn:
        code = self._ended()
        at = self._mark.read()
        if code == NO_MEMORY:
            raise Stopped(
                Fault("out-of-memory", "it asks for more memory than a value may have"), at, answered=answered
            ) from error
        outside = code is not None and -code in _FROM_OUTSIDE
        fault = Fault("crashed", f"the worker process {_how(code)}{self._last_words()}")
        raise Stopped(fault, at, answered=answered, outside=outside) from error

    def _ended(self) -> int | None:
        """Return how the process ended, or None where it has fallen silent without ending, and had to be killed."""
        try:
            code = self._popen.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
        # It led a group, of which others may be left.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        return code

    def _last_words(self) -> str:
        self._words.seek(0, os.SEEK_END)
        self._words.seek(max(0, self._words.tell() - 400))
        words = self._words.read().decode(errors="replace").strip().splitlines()
        return f": {words[-1]}" if words else ""


def _how(code: int | None) -> str:
    if code is None:
        return "closed its pipe"
    return f"ended with signal {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"
