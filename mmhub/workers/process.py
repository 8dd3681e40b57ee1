"""A worker process: it reads jobs from a pipe, and writes what it finds; where it is, it says in shared memory."""

import os
import pickle
import resource
import signal
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from mmhub.workers.mark import Mark
from mmhub.workers.parent import end_with

READY, RESULT, DONE, BUG = b"y", b"r", b"d", b"b"
"""The first byte of a message says what follows: nothing, a pickled result, nothing, or the text of a traceback."""
NO_MEMORY = 86
"""The exit status of a worker that had no memory left to go on."""


def main() -> None:
    """Work in an interpreter of its own: the arguments are those of `work`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work(*map(int, sys.argv[1:]))


def work(pipe: int, mark: int, parent: int, build: int) -> None:
    """Serve a pipe until it is closed, in a process group of its own that ends with its parent, as a build's worker."""
    os.setsid()
    end_with(parent)  # a killed build shall leave no decoder behind
    _die_before(build)
    for each in (pipe, mark):
        os.set_inheritable(each, False)  # or what a plugin leaves running would hide the end of this process
    connection, shared = Connection(pipe), Mark(mark)
    # A process that a plugin forks is not this one, and shall not answer for it.
    for owned in (connection, shared):
        os.register_at_fork(after_in_child=owned.close)
    try:
        _serve(connection, shared)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except MemoryError:
        os._exit(NO_MEMORY)


def _serve(connection: Connection, mark: Mark) -> None:
    sys.path[:] = pickle.loads(connection.recv_bytes())
    setup = pickle.loads(connection.recv_bytes())
    resource.setrlimit(resource.RLIMIT_DATA, (setup.limits.memory_bytes, setup.limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    work = setup.begin(mark)
    connection.send_bytes(READY)
    while True:
        jobs = pickle.loads(connection.recv_bytes())
        try:
            for result in work.run(jobs):
                connection.send_bytes(RESULT + pickle.dumps(result, protocol=5))
        except (MemoryError, OSError):
            raise
        except Exception:  # noqa: BLE001  (plugins are asked under guard, so this is a fault of mmhub: the build shall show it)
            connection.send_bytes(BUG + traceback.format_exc().encode(errors="replace"))
            return
        connection.send_bytes(DONE)


def _die_before(build: int) -> None:
    """Ask Linux to end a worker, which can be replaced, rather than its build where the machine is out of memory."""
    with suppress(OSError, ValueError):
        score = int(Path(f"/proc/{build}/oom_score_adj").read_text())
        Path("/proc/self/oom_score_adj").write_text(str(min(1000, score + 500)))


if __name__ == "__main__":
    main()
