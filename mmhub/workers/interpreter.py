"""A worker process in an interpreter of its own, started by the build itself: it finds all that the build would."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

_COMMAND = (sys.executable, "-m", "mmhub.workers.process")


class Interpreter:
    """Starts one worker. That one has the environment of the build, and imports anew whatever it needs."""

    start_seconds = 600.0
    """How long it may take until it is ready: enough to load a model."""

    def fork(self, *descriptors: int, unwanted: Callable[[], bool]) -> int:
        """Return the id of a new worker that has ``descriptors``; raise OSError where the system has no room for one.

        It is there at once, so that nobody is asked whether it is ``unwanted``.
        """
        pipe, mark, words = descriptors
        self._popen = subprocess.Popen(
            [*_COMMAND, *map(str, (pipe, mark, os.getpid(), os.getpid()))],
            pass_fds=(pipe, mark),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
        )
        return self._popen.pid

    def wait(self, pid: int, seconds: float) -> int | None:
        """Return how the worker ended, as `subprocess` does, or None where it has not within ``seconds``."""
        with suppress(subprocess.TimeoutExpired):
            return self._popen.wait(seconds)
        return None
