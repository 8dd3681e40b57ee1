"""The process that workers are forked from, as a pool sees it: what they import is imported once, ahead of need."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from contextvars import ContextVar
from multiprocessing.connection import Connection
from typing import IO, Any

from mmhub.errors import WorkerError
from mmhub.workers.ending import FROM_OUTSIDE, how, not_started, starting
from mmhub.workers.forking import FORK, IMPORT, WAIT

_MOST_DEATHS = 5
"""How often in a row something else may end the process before it has forked a worker."""
_END_SECONDS = 5.0
_REPLY_SECONDS, _POLL_SECONDS = 0.1, 0.001
"""How long an answer is awaited before it is looked up whether somebody wants it, and how often an end is asked for."""
_SINGLE_THREADED = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
)
_FORKABLE = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Has pyarrow start no thread when it is imported."""
_KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}
"""Has glibc keep the memory of one picture for the next: giving it back and asking anew took a sixth of the time."""


class ForkServer:
    """A process that forks workers; it may be asked from any thread, and is replaced where something else ended it."""

    start_seconds = 120.0
    """How long a process may take until it is ready."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._deaths = 0
        self._message: bytes | None = None
        self._start()

    def imports(self, message: bytes) -> None:
        """Have the process import what a pickled ``message`` names, while this one goes on."""
        self._message = message
        with self._lock, suppress(OSError):
            self._connection.send((IMPORT, message))

    def fork(self, *descriptors: int, unwanted: Callable[[], bool]) -> int:
        """Return the id of a new worker that has ``descriptors``.

        Raises WorkerError where there will be none, OSError where the system has no room for one. ``unwanted`` says,
        while that takes, whether nobody waits for it any more.
        """
        with self._lock:
            while True:
                try:
                    self._connection.send((FORK, None))
                    socket.send_fds(self._socket, [b"f"], descriptors)
                    pid = int(self._reply(unwanted))
                except (EOFError, OSError):
                    self._replace(unwanted)
                else:
                    if pid < 0:
                        raise OSError(-pid, os.strerror(-pid))
                    self._deaths = 0
                    return pid

    def wait(self, pid: int, seconds: float) -> int | None:
        """Return how a worker ended, as `subprocess` does, or None where it has not within ``seconds``."""
        until = time.monotonic() + seconds
        while True:
            with self._lock:
                try:
                    self._connection.send((WAIT, pid))
                    code: int | None = self._reply()
                except (EOFError, OSError):
                    code = self._ended()  # workers end with the process they were forked from
            if code is not None or time.monotonic() > until:
                return code
            time.sleep(_POLL_SECONDS)

    def send_kill(self) -> None:
        """Have the system end the process, and with it the workers that are left."""
        self._closed = True
        self._popen.kill()

    def close(self) -> None:
        """End the process, and wait until it has ended; closing it again does nothing."""
        self.send_kill()
        with self._lock:
            self._close()

    def _start(self) -> None:
        with starting(), ExitStack() as opened:
            here, there = socket.socketpair()
            self._socket = opened.enter_context(here)
            self._words: IO[bytes] = opened.enter_context(tempfile.TemporaryFile("a+b"))
            with there:
                self._popen = subprocess.Popen(
                    [sys.executable, "-m", "mmhub.workers.forking", str(there.fileno()), str(os.getpid())],
                    pass_fds=[there.fileno()],
                    env={**os.environ, **_SINGLE_THREADED, **_FORKABLE, **_KEPT_MEMORY},
                    stdin=subprocess.DEVNULL,
                    stdout=self._words,
                    stderr=self._words,
                    # Ctrl-C at a terminal goes to the build, which ends its workers in its own time.
                    start_new_session=True,
                )
            self._connection: Connection = opened.enter_context(Connection(os.dup(here.fileno())))
            self._opened = opened.pop_all()
        with suppress(OSError):
            self._connection.send(sys.path)
            if self._message:
                self._connection.send((IMPORT, self._message))

    def _reply(self, unwanted: Callable[[], bool] = lambda: False) -> Any:
        until = time.monotonic() + self.start_seconds
        while time.monotonic() < until:
            if self._connection.poll(_REPLY_SECONDS):
                return self._connection.recv()
            if unwanted():
                break
        self._popen.kill()
        raise WorkerError(not_started(f"it was not ready within {self.start_seconds:g} s", self._words))

    def _replace(self, unwanted: Callable[[], bool]) -> None:
        """Start the process anew where something else ended it.

        It ends with the thread that started it, which may be one of a pool: the next pool replaces it once more. Raises
        WorkerError where it ended by itself, or something ends it again and again.
        """
        code = self._ended()
        self._deaths += 1
        if self._closed or unwanted() or -code not in FROM_OUTSIDE or self._deaths >= _MOST_DEATHS:
            raise WorkerError(not_started(how(code), self._words))
        self._close()
        self._start()

    def _ended(self) -> int:
        with suppress(subprocess.TimeoutExpired):
            return self._popen.wait(_END_SECONDS)
        self._popen.kill()
        return self._popen.wait()

    def _close(self) -> None:
        self._popen.kill()
        self._popen.wait()
        self._opened.close()


_shared: ContextVar[ForkServer | None] = ContextVar("_shared", default=None)


@contextmanager
def shared() -> Iterator[ForkServer]:
    """Start the process ahead of the pools that will be made in this context, and end it after them.

    Who starts it has it import what all of them need.
    """
    server = ForkServer()
    before = _shared.set(server)
    try:
        yield server
    finally:
        _shared.reset(before)
        server.close()


@contextmanager
def at_hand(message: bytes) -> Iterator[ForkServer]:
    """Return the process that is shared in this context, or one that ends with it and imports what a message names."""
    if (server := _shared.get()) is not None:
        yield server
    else:
        with closing(ForkServer()) as own:
            own.imports(message)
            yield own
