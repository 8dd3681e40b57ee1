"""The process that workers are forked from: it imports what they need, and forks one whenever it is asked to."""

import errno
import gc
import os
import pickle
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection

from mmhub.importing import uncollected
from mmhub.workers.parent import end_with
from mmhub.workers.process import work

FORK, IMPORT, WAIT = "fork", "import", "wait"
"""What is asked: to fork a worker, to import what a message names, and how a worker ended."""
_DESCRIPTORS = 3
"""What a worker is given: its end of a pipe, its mark, and where it may write words."""


def main() -> None:
    """Serve a socket until it is closed: the arguments are its descriptor, and the process of the build."""
    asked, build = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(build)
    os.set_inheritable(asked, False)
    with Connection(asked) as connection, suppress(EOFError, BrokenPipeError, ConnectionResetError):
        sys.path[:] = connection.recv()
        with uncollected():
            import mmhub.workers.work  # noqa: F401  (what every worker imports)

        while True:
            wish, about = connection.recv()
            _serve(connection, wish, about, build)


def _serve(connection: Connection, wish: str, about: bytes | int | None, build: int) -> None:
    if wish == IMPORT:
        assert isinstance(about, bytes)
        # Where that fails, it fails in a worker too, which can say so.
        with suppress(Exception), uncollected():
            pickle.loads(about)
        gc.freeze()  # or the first collection in a worker would copy what all of them share
    elif wish == FORK:
        connection.send(_started(connection, build))
    elif wish == WAIT:
        assert isinstance(about, int)
        connection.send(_ended(about))


def _started(connection: Connection, build: int) -> int:
    """Return the id of a new worker, or the number of the error that there is none for, below zero."""
    with socket.socket(fileno=os.dup(connection.fileno())) as asked:
        _, descriptors, _, _ = socket.recv_fds(asked, 1, _DESCRIPTORS)
    try:
        return _spawned(descriptors, build) if _is_threaded() else _forked(descriptors, build, connection)
    except OSError as error:
        return -(error.errno or errno.EAGAIN)
    finally:
        for each in descriptors:
            os.close(each)


def _ended(worker: int) -> int | None:
    """Return how a worker ended, or None; one that another such process forked died with that."""
    try:
        pid, status = os.waitpid(worker, os.WNOHANG)
    except ChildProcessError:
        return -signal.SIGKILL
    return os.waitstatus_to_exitcode(status) if pid else None


def _is_threaded() -> bool:
    """Whether a fork of this process might wait for ever for a lock that another thread held at that moment."""
    return sys.platform != "linux" or len(os.listdir("/proc/self/task")) > 1  # noqa: PTH208  (as quick as can be)


def _forked(descriptors: Sequence[int], build: int, connection: Connection) -> int:
    """Return the id of a worker that goes on in this interpreter, without the ``connection``."""
    pipe, mark, words = descriptors
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        connection.close()
        os.dup2(words, 1)
        os.dup2(words, 2)
        work(pipe, mark, parent, build)
        status = 0
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else 1
    except BaseException:  # noqa: BLE001  (whatever it is, the copy must not go on as the process it was forked from)
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stderr.flush()
        os._exit(status)


def _spawned(descriptors: Sequence[int], build: int) -> int:
    """Return the id of a worker with an interpreter of its own."""
    pipe, mark, words = descriptors
    for each in (pipe, mark):
        os.set_inheritable(each, True)
    command = [sys.executable, "-m", "mmhub.workers.process", *map(str, (pipe, mark, os.getpid(), build))]
    said = [(os.POSIX_SPAWN_DUP2, words, number) for number in (1, 2)]
    return os.posix_spawn(command[0], command, os.environ, file_actions=said)


if __name__ == "__main__":
    main()
