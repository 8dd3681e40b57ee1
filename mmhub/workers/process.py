"""A worker process: it reads jobs from a pipe, and writes what it begins and what it finds."""

import ctypes
import os
import pickle
import resource
import signal
import sys
import traceback
from multiprocessing.connection import Connection

READY, BEGIN, RESULT, DONE, BUG = "ready", "begin", "result", "done", "bug"


def main() -> None:
    """Serve the connection whose descriptor is the first argument, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    connection = Connection(int(sys.argv[1]))
    sys.path[:] = connection.recv()
    setup = pickle.loads(connection.recv_bytes())
    from mmhub.workers.work import Work

    resource.setrlimit(resource.RLIMIT_DATA, (setup.limits.memory_bytes, setup.limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    work = Work(setup)
    connection.send((READY, None))
    try:
        while (jobs := connection.recv()) is not None:
            for result in work.run(jobs, begin=lambda place: connection.send((BEGIN, place))):
                connection.send((RESULT, result))
            connection.send((DONE, None))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except Exception:  # noqa: BLE001  (plugins are asked under guard, so this is a fault of mmhub: the build shall show it)
        connection.send((BUG, traceback.format_exc()))


def _die_with_parent() -> None:
    """Ask Linux to end this process with its parent, so that a killed build leaves no decoder behind."""
    if sys.platform == "linux":
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGKILL)
        if os.getppid() == 1:
            sys.exit(0)


if __name__ == "__main__":
    main()
