"""How much memory a worker process may use, where nobody says."""

import os
from contextlib import suppress
from pathlib import Path

_MOST_BYTES, _LEAST_BYTES = 8 << 30, 1 << 30
_FOR_DECODING = 0.75
"""The part of the machine's memory that decoders may fill together; the rest is for encoders and the system."""


def usual_memory_bytes(*, whole_bytes: int | None = None, cores: int | None = None) -> int:
    """Return what a worker may use: 8 GiB, or less where one worker for each core would then fill the machine.

    It never is below 1 GiB, which a large picture takes. It does not depend on how many workers there are, as it
    decides what is given up: a build with more of them is to make the same dataset.
    """
    whole = whole_bytes or machine_bytes()
    share = int(whole * _FOR_DECODING) // (cores or os.cpu_count() or 1)
    return max(_LEAST_BYTES, min(_MOST_BYTES, share))


def machine_bytes() -> int:
    """Return the memory of this machine, or of the container it is."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):
        return min(whole, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return whole
