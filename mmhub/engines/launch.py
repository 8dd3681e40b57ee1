"""Starting the processes of a build with Accelerate: one for each GPU, or several on the CPU."""

import logging
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

from mmhub.engines.devices import threads
from mmhub.engines.ranks import LAUNCHER, RUN
from mmhub.errors import MmhubError

if TYPE_CHECKING:
    from torch.distributed.elastic.multiprocessing.errors import ProcessFailure

_LOG = logging.getLogger(__name__)
_KEPT = "what is measured is kept, and the same command goes on from there"
_WITH_THE_OTHERS = (-signal.SIGTERM, 128 + signal.SIGTERM)
"""How a process ends that the launcher has ended because another one did."""
_SAID = (1, 2, 128 + signal.SIGINT, 128 + signal.SIGTERM)
"""How a process ends that has said why."""


def launch(arguments: Sequence[str], *, processes: int) -> int:
    """Run `mmhub` with ``arguments`` in several processes; return 0, or the status of one that failed and said why.

    The first process alone decides: where it has come to its end, what became of others is a note. Raises MmhubError
    where one was killed before that, and KeyboardInterrupt at Ctrl-C. What the processes have measured by then is kept,
    and the same command goes on from there.
    """
    from accelerate.commands.launch import launch_command, launch_command_parser
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

    _check_devices(processes)
    # All that Accelerate would ask its own settings for is said: they may be those of a training on many machines.
    words = ["--multi_gpu", "--num_machines", "1", "--num_processes", str(processes), "--main_process_port", "0"]
    words += ["--mixed_precision", "no", "--dynamo_backend", "no"]
    try:
        # The launcher would leave a folder behind for what processes write down when they fail.
        with _own_signals(), TemporaryDirectory() as folder, _surroundings(processes):
            words += ["--log_dir", folder, "-m", "mmhub", *arguments]
            launch_command(launch_command_parser().parse_args(words))
    except ChildFailedError as error:
        return _status(error.failures)
    except SignalException as error:
        if error.sigval == signal.SIGINT:
            raise KeyboardInterrupt from None
        raise MmhubError(f"the build was ended by {error.sigval.name}: {_KEPT}") from None
    return 0


def _check_devices(processes: int) -> None:
    import torch

    if torch.cuda.is_available() and processes > torch.cuda.device_count():
        raise MmhubError(f"{processes} processes were asked for, and this machine has {torch.cuda.device_count()} GPUs")


@contextmanager
def _own_signals() -> Iterator[None]:
    """Take back what signals do from the launcher, which would raise errors of its own from then on."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _surroundings(processes: int) -> Iterator[None]:
    """Set what the processes read of this build, and keep the launcher's own account of their end off the screen."""
    from accelerate.utils import patch_environment

    # The launcher would set one thread for each process.
    shared = threads({**os.environ, "LOCAL_WORLD_SIZE": str(processes)})
    logging.disable(logging.CRITICAL)
    try:
        with patch_environment(**{RUN: uuid4().hex, LAUNCHER: os.getpid(), "OMP_NUM_THREADS": shared}):
            yield
    finally:
        logging.disable(logging.NOTSET)


def _status(failures: Mapping[int, "ProcessFailure"]) -> int:
    """Return the exit status of the process that failed first, or 0 where the one that decides did not fail.

    Raises MmhubError where the process that failed could not say why itself.
    """
    if 0 not in failures:
        for rank, failure in sorted(failures.items()):
            _LOG.warning("note: %s: what it had left was done by others", _end(rank, failure))
        return 0
    rank, failure = min(failures.items(), key=lambda each: (each[1].exitcode in _WITH_THE_OTHERS, each[1].timestamp))
    if failure.exitcode in _SAID:
        return failure.exitcode
    why = ", as the system does where memory is short" if failure.exitcode == -signal.SIGKILL else ""
    raise MmhubError(f"{_end(rank, failure)}{why}: {_KEPT}")


def _end(rank: int, failure: "ProcessFailure") -> str:
    how = f"was ended by {failure.signal_name()}" if failure.exitcode < 0 else f"ended with status {failure.exitcode}"
    return f"rank {rank} of the build (process {failure.pid}) {how}"
