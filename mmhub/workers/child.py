"""One worker process as its pool sees it: started, asked, watched, and ended."""

import os
import pickle
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, Pipe
from typing import IO, Any, NoReturn, Protocol

from mmhub.errors import WorkerError
from mmhub.faults import Fault
from mmhub.workers.ending import FROM_OUTSIDE, how, last_words, not_started, starting
from mmhub.workers.mark import RESTING, SIZE, TOGETHER, At, Mark
from mmhub.workers.process import BUG, DONE, NO_MEMORY, RESULT

_END_SECONDS = 5.0
_WORDS_BYTES = 1 << 20


class Starter(Protocol):
    """Starts worker processes, and knows how they end."""

    start_seconds: float
    """How long one may take until it is ready."""

    def fork(self, *descriptors: int, unwanted: Callable[[], bool]) -> int:
        """Return the id of a new worker that has ``descriptors``; ``unwanted`` says whether nobody waits for it."""

    def wait(self, pid: int, seconds: float) -> int | None:
        """Return how a worker ended, as `subprocess` does, or None where it has not within ``seconds``."""


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

    def __init__(self, server: Starter, *, unwanted: Callable[[], bool]) -> None:
        self._server, self._unwanted = server, unwanted
        self._code: int | None = None
        with starting(), ExitStack() as opened:
            here, there = Pipe()
            self._connection: Connection = opened.enter_context(here)
            # Appended to, so that it can be cut short while the process writes on.
            self._words: IO[bytes] = opened.enter_context(tempfile.TemporaryFile("a+b"))
            with there, tempfile.TemporaryFile() as shared:
                shared.truncate(SIZE)
                self._mark = Mark(shared.fileno())
                opened.callback(self._mark.close)
                self._mark.rest()
                self._pid = server.fork(there.fileno(), shared.fileno(), self._words.fileno(), unwanted=unwanted)
            self._opened = opened.pop_all()

    def start(self, setup: bytes) -> bool:
        """Wait until the process is ready, and return whether it is; raise WorkerError where it never will be."""
        try:
            self._connection.send_bytes(pickle.dumps(sys.path))
            self._connection.send_bytes(setup)
            if self._connection.poll(self._server.start_seconds):
                self._connection.recv_bytes()
                return True
            why = f"it was not ready within {self._server.start_seconds:g} s"
        except (EOFError, OSError):
            code = self._ended()
            if code is not None and -code in FROM_OUTSIDE and not self._unwanted():
                return False
            why = how(code)
        self.kill()
        raise WorkerError(not_started(why, self._words))

    def answer(
        self, jobs: Sequence[Any], results: list[Any], *, seconds: float, heard: Callable[[], None] = lambda: None
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

    def send_kill(self) -> None:
        """Have the system end the process, and whatever it has started."""
        if self._code is None:
            self._kill_group()
            with suppress(ProcessLookupError, PermissionError):
                os.kill(self._pid, signal.SIGKILL)  # it may not lead a group yet

    def kill(self) -> None:
        """End the process, and whatever it has started, at once."""
        self.send_kill()
        if self._code is None:
            self._code = self._server.wait(self._pid, _END_SECONDS)

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
        outside = code is not None and -code in FROM_OUTSIDE
        fault = Fault("crashed", f"the worker process {how(code)}{last_words(self._words)}")
        raise Stopped(fault, at, answered=answered, outside=outside) from error

    def _ended(self) -> int | None:
        """Return how the process ended, or None where it has fallen silent without ending, and had to be killed."""
        self._code = self._server.wait(self._pid, _END_SECONDS)
        if self._code is None:
            self.kill()
            return None
        self._kill_group()  # it may have left others behind
        return self._code

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)
