"""Starting the processes of a build: one per GPU with Accelerate, or several on the CPU."""

import os
import subprocess
import sys
from collections.abc import Sequence
from uuid import uuid4

from mmhub.engines.devices import threads
from mmhub.errors import MmhubError


def launch(arguments: Sequence[str], *, processes: int) -> int:
    """Run `mmhub` with ``arguments`` in several processes and return 0; raise MmhubError where one ended early.

    What the others have measured by then is kept, and the same command goes on from there.
    """
    # torchrun would set one thread for each process.
    shared = threads({**os.environ, "LOCAL_WORLD_SIZE": str(processes)})
    environment = {**os.environ, "MMHUB_RUN": uuid4().hex, "OMP_NUM_THREADS": str(shared)}
    ended = subprocess.run([*_launcher(processes), "-m", "mmhub", *arguments], env=environment, check=False)
    if ended.returncode:
        raise MmhubError(
            f"a process of the build ended early (see above; the launcher's exit status is {ended.returncode}): "
            "what is measured is kept, and the same command goes on from there"
        )
    return 0


def _launcher(processes: int) -> list[str]:
    import torch

    if torch.cuda.is_available():
        if processes > torch.cuda.device_count():
            raise MmhubError(
                f"{processes} processes were asked for, and this machine has {torch.cuda.device_count()} GPUs"
            )
        several = ["--multi_gpu"] if processes > 1 else []
        return [sys.executable, "-m", "accelerate.commands.launch", *several, "--num_processes", str(processes)]
    # `accelerate launch --cpu` starts one process whatever it is asked for; torchrun, which it builds on, does not.
    return [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
