"""The device that encoders of this process run on, and how their threads wait."""

import os
from functools import lru_cache


@lru_cache(maxsize=1)
def device() -> str:
    """Return the device Accelerate assigns to this process, such as ``cuda:0`` or ``cpu``."""
    # Threads that spin while they wait take the cores from the decoders: a forward pass of 27 ms of CPU time was
    # seen to take 420. OpenMP reads this when torch is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from accelerate import PartialState

    return str(PartialState().device)
