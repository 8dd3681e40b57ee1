"""The Dask cluster that a build runs on: one of this machine for as long as that takes, or one that is there."""

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

from mmhub.errors import MmhubError

if TYPE_CHECKING:
    from distributed import Client

_ANSWER_SECONDS = 10
_UNTOLD = "ignore:resource_tracker:UserWarning"
"""Has Python say nothing of the semaphores that a killed process has left, and that it removes."""


@contextmanager
def connected(scheduler: str | None) -> Iterator["Client"]:
    """Yield a client of the cluster at ``scheduler``, or of a process per core of this machine.

    Raises MmhubError where no scheduler answers, or Dask is not installed.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise MmhubError("Dask is not installed: `pip install 'mmhub[dask]'`") from error
    _silence()
    if scheduler is None:
        # Any free port serves for what nobody looks at.
        ports: dict[str, Any] = {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}
        ways: dict[str, Any] = {"threads_per_worker": 1, "processes": True, "silence_logs": logging.CRITICAL}
        with _deaf(), LocalCluster(host="127.0.0.1", **ways, **ports) as cluster, Client(cluster) as client, _hearing():
            yield client
        return
    try:
        client = Client(scheduler, timeout=_ANSWER_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        raise MmhubError(f"no Dask scheduler answers at {scheduler!r}: {error}") from error
    with client:
        yield client


def _silence() -> None:
    """Keep Dask's own account of what goes wrong off the screen: it is said in a sentence."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)


@contextmanager
def _deaf() -> Iterator[None]:
    """Put off Ctrl-C, also for all threads and processes begun meanwhile: it goes to the build, which ends them."""
    # Whoever first needs the tracker starts it, and hears Ctrl-C from then on.
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, [before, _UNTOLD]))
    try:
        resource_tracker.ensure_running()
    finally:
        os.environ |= {"PYTHONWARNINGS": before or ""}  # empty is as good as none
    with _masked(signal.SIG_BLOCK):
        yield


@contextmanager
def _hearing() -> Iterator[None]:
    with _masked(signal.SIG_UNBLOCK):
        yield


@contextmanager
def _masked(how: int) -> Iterator[None]:
    before = signal.pthread_sigmask(how, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
