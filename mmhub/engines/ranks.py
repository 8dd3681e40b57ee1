"""The processes of one build, when Accelerate or torchrun started several: which of them this one is."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from mmhub.errors import MmhubError

RUN = "MMHUB_RUN"
"""Names what processes do together that mmhub has started itself."""
LAUNCHER = "MMHUB_LAUNCHER"
"""The id of the process of mmhub that has started this one as one of several: they end with it, and it says how."""
_TORCHRUN = "TORCHELASTIC_RUN_ID"
_SET = ("RANK", "WORLD_SIZE")


@dataclass(frozen=True)
class Rank:
    """One process of ``size``, ``here`` of them on this machine. ``run`` names what they do together, and no other."""

    number: int
    size: int
    run: str
    here: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process plans and decides."""
        return self.number == 0


ALONE = Rank(0, 1, "")


def this_rank(environment: Mapping[str, str] = os.environ, *, expected: int | None = None) -> Rank:
    """Return which process this is, from what `accelerate launch` and `torchrun` put into the environment.

    Raises MmhubError where that does not hold together, and where ``expected`` processes were asked for and another
    number was started, as `accelerate launch --cpu --num_processes 2` does, which starts one.
    """
    size = _count(environment, "WORLD_SIZE", least=1)
    if expected is not None and expected != size:
        raise MmhubError(
            f"{expected} processes were asked for and {size} were started (the environment has WORLD_SIZE={size}): "
            f"on a machine without GPUs start them with `mmhub build … --processes {expected}`, with no WORLD_SIZE "
            f"set, or with `python -m torch.distributed.run --nproc-per-node {expected}`"
        )
    if size == 1:
        return ALONE
    number = _count(environment, "RANK", least=0)
    if number >= size:
        raise _unclear(environment)
    here = _count(environment, "LOCAL_WORLD_SIZE", least=1) if "LOCAL_WORLD_SIZE" in environment else size
    return Rank(number, size, environment.get(RUN) or _run(environment, alone=here == size), here)


def launcher_of_this(environment: Mapping[str, str] = os.environ) -> int | None:
    """Return the id of the process that has started this one as one of several, or None where it was not started so."""
    if LAUNCHER in environment:
        return int(environment[LAUNCHER])
    return os.getppid() if _TORCHRUN in environment else None


def _run(environment: Mapping[str, str], *, alone: bool) -> str:
    """Return a name that all processes of a run have: on one machine the same parent, on several the same address."""
    where = os.getppid() if alone else environment.get("MASTER_ADDR", "")
    return f"{where}-{environment.get('MASTER_PORT', '')}"


def _count(environment: Mapping[str, str], name: str, *, least: int) -> int:
    said = environment.get(name, "1" if name == "WORLD_SIZE" else "")
    if not said.isdecimal() or int(said) < least:
        raise _unclear(environment)
    return int(said)


def _unclear(environment: Mapping[str, str]) -> MmhubError:
    said = " ".join(f"{name}={environment[name]}" for name in _SET if name in environment)
    return MmhubError(
        f"the environment says that this is one of several processes, and not which: {said!r}; where no launcher is "
        f"meant to have set that, `unset {' '.join(_SET)}`"
    )
