"""The processes of one build, when Accelerate or torchrun started several: which of them this one is."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from mmhub.errors import MmhubError

RUN = "MMHUB_RUN"
"""Names what processes do together that mmhub has started itself."""
LAUNCHER = "MMHUB_LAUNCHER"
"""The id of the process of mmhub that has started this one as one of several: they end with it, and it says how."""


@dataclass(frozen=True)
class Rank:
    """One process of ``size``. ``run`` names what they do together, and no other run on this machine."""

    number: int
    size: int
    run: str

    @property
    def leads(self) -> bool:
        """Whether this process plans and decides."""
        return self.number == 0


ALONE = Rank(0, 1, "")


def this_rank(environment: Mapping[str, str] = os.environ, *, expected: int | None = None) -> Rank:
    """Return which process this is, from what `accelerate launch` and `torchrun` put into the environment.

    Raises MmhubError where ``expected`` processes were asked for and another number was started, as
    `accelerate launch --cpu --num_processes 2` does, which starts one.
    """
    size = int(environment.get("WORLD_SIZE", "1"))
    if expected is not None and expected != size:
        raise MmhubError(
            f"{expected} processes were asked for and {size} were started: on a machine without GPUs start them with "
            f"`mmhub build … --processes {expected}` or `python -m torch.distributed.run --nproc-per-node {expected}`"
        )
    if size == 1:
        return ALONE
    run = environment.get(RUN) or f"{os.getppid()}-{environment.get('MASTER_PORT', '')}"
    return Rank(int(environment["RANK"]), size, run)
