"""The device that encoders of this process run on, and how many threads they have there."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

from mmhub.importing import uncollected
from mmhub.memory import keep

_GROUP = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE")


@lru_cache(maxsize=1)
def device() -> str:
    """Return the device of this process, such as ``cuda:0`` or ``cpu``: Accelerate's choice, a GPU for each rank."""
    wait_passively()
    keep()
    with uncollected():
        import torch
        from accelerate import PartialState

    torch.set_num_threads(threads())
    place = os.environ.get("LOCAL_RANK")
    with _alone():
        chosen = PartialState().device
    if place is None or chosen.type != "cuda":
        return str(chosen)
    torch.cuda.set_device(int(place))
    return f"cuda:{place}"


def wait_passively() -> None:
    """Have the threads of encoders sleep while they wait; OpenMP hears of it when torch is first imported.

    Threads that spin take the cores from the decoders: a forward pass of 27 ms of CPU time was seen to take 420.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def threads(environment: Mapping[str, str] = os.environ, *, cores: int | None = None) -> int:
    """Return with how many threads an encoder of this process computes.

    The cores are shared among the processes of a build on this machine. Decoders do not count: they are ahead of
    the encoder, and mostly wait for it. What OMP_NUM_THREADS says goes before.
    """
    said = environment.get("OMP_NUM_THREADS", "").partition(",")[0]
    if said.isdecimal() and int(said):
        return int(said)
    here = environment.get("LOCAL_WORLD_SIZE", "1")
    return max(1, (cores or os.cpu_count() or 1) // max(1, int(here)))


@contextmanager
def _alone() -> Iterator[None]:
    """Hide from Accelerate that there are other ranks: it would wait for all of them to come and form a group.

    One that claims no work unit with anything to encode never comes.
    """
    hidden = {name: os.environ.pop(name) for name in _GROUP if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
