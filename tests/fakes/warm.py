"""Processes that workers are forked from, themselves forked from one that has imported what they do.

A build starts one such process, whose interpreter and imports take most of the time of a build of a few rows. Here
these are had once for all builds of a session; from there on all is as ever: a process of its own, which reads what it
shall do from its socket, with the environment and the folder of this moment, and workers that it forks.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

from mmhub.workers import forking, forkserver
from mmhub.workers.parent import end_with

_POLL_SECONDS = 0.001
_AT_ITS_START = {**forkserver._SINGLE_THREADED, **forkserver._FORKABLE, **forkserver._KEPT_MEMORY}
"""What libraries read when they are loaded, and no more when the process is forked."""


class Warm:
    """The process they are forked from, and in place of `subprocess` in `mmhub.workers.forkserver` what asks it."""

    DEVNULL, TimeoutExpired = subprocess.DEVNULL, subprocess.TimeoutExpired

    def __init__(self) -> None:
        self._lock = threading.Lock()
        here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(there.fileno()), str(os.getpid())],
                pass_fds=[there.fileno()],
                env={**os.environ, **_AT_ITS_START},
            )
        self._socket, self._connection = here, Connection(os.dup(here.fileno()))

    def Popen(
        self,
        command: Sequence[str],
        *,
        pass_fds: Sequence[int],
        env: Mapping[str, str],
        stdin: int,
        stdout: IO[bytes],
        stderr: IO[bytes],
        start_new_session: bool,
    ) -> "Forked":
        """Fork a process that does what such a ``command`` does."""
        assert command[1:3] == ["-m", "mmhub.workers.forking"]
        assert (stdin, stdout, start_new_session) == (subprocess.DEVNULL, stderr, True)
        with self._lock:
            self._connection.send(("fork", (dict(env), str(Path.cwd()), command[4])))
            socket.send_fds(self._socket, [b"f"], [*pass_fds, stdout.fileno()])
            return Forked(self, self._connection.recv())

    def ended(self, pid: int) -> int | None:
        """Return how a process ended, or None while it has not."""
        with self._lock:
            self._connection.send(("wait", pid))
            return self._connection.recv()

    def close(self) -> None:
        """End the process, and with it all that are forked from it."""
        self._connection.close()
        self._socket.close()
        self._process.wait()


class Forked:
    """One forked process, as `subprocess.Popen` shows it."""

    def __init__(self, warm: Warm, pid: int) -> None:
        self.pid, self.returncode, self._warm = pid, None, warm

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float = float("inf")) -> int:
        until = time.monotonic() + timeout
        while self.returncode is None:
            self.returncode = self._warm.ended(self.pid)
            if self.returncode is None:
                if time.monotonic() > until:
                    raise subprocess.TimeoutExpired("mmhub.workers.forking", timeout)
                time.sleep(_POLL_SECONDS)
        return self.returncode


def main() -> None:
    """Serve a socket until it is closed: the arguments are its descriptor, and the process of the tests."""
    asked, tests = map(int, sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(tests)
    os.set_inheritable(asked, False)
    import mmhub.workers.work  # noqa: F401  (what every such process imports)

    with Connection(asked) as connection, suppress(EOFError, ConnectionResetError):
        while True:
            wish, about = connection.recv()
            connection.send(_forked(connection, *about) if wish == "fork" else _ended(about))


def _forked(connection: Connection, environment: dict[str, str], folder: str, build: str) -> int:
    with socket.socket(fileno=os.dup(connection.fileno())) as asked:
        _, (served, words), _, _ = socket.recv_fds(asked, 1, 2)
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        connection.close()
        _serve(served, words, environment, folder, build, parent)
    os.close(served)
    os.close(words)
    return pid


def _serve(served: int, words: int, environment: dict[str, str], folder: str, build: str, parent: int) -> None:
    """Be the process that workers of one build are forked from, and end."""
    status = 1
    try:
        os.setsid()
        with Path(os.devnull).open() as nothing:
            os.dup2(nothing.fileno(), 0)
        for number in (1, 2):
            os.dup2(words, number)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.argv[1:] = [str(served), build]
        forking.end_with = lambda _: end_with(parent)
        forking.main()
        status = 0
    except BaseException:  # noqa: BLE001  (whatever it is, this copy must not go on)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _ended(pid: int) -> Any:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


if __name__ == "__main__":
    main()
