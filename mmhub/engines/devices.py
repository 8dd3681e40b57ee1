"""The device that encoders of this process run on."""

from functools import lru_cache


@lru_cache(maxsize=1)
def device() -> str:
    """Return the device Accelerate assigns to this process, such as ``cuda:0`` or ``cpu``."""
    from accelerate import PartialState

    return str(PartialState().device)
