"""Memory that is free: kept for what is computed next, or given back to the system."""

import ctypes
from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""How glibc's malloc.h numbers the free memory it keeps, and the size from which a block is mapped by itself."""
_KEPT_BYTES, _MAPPED_BYTES = 1 << 30, 32 << 20
"""How much is kept, and the largest block of which an older glibc keeps any."""


def keep() -> None:
    """Have glibc keep what is freed, up to a GiB, until it is given back: the next forward pass needs as much again.

    Otherwise the system clears these pages anew for each pass of an encoder on the CPU, which took a sixth of it.
    """
    allow = _of_the_c_library("mallopt")
    if allow is not None:
        allow(_TRIM_THRESHOLD, _KEPT_BYTES)
        if not allow(_MMAP_THRESHOLD, _KEPT_BYTES):
            allow(_MMAP_THRESHOLD, _MAPPED_BYTES)


def give_back() -> None:
    """Give free memory back: that of Arrow's allocator, whichever it has, and that of glibc.

    Other C libraries give back by themselves. The command line has Arrow use that of the C library, which keeps less.
    """
    pa.default_memory_pool().release_unused()
    trim = _of_the_c_library("malloc_trim")
    if trim is not None:
        trim(0)


@lru_cache
def _of_the_c_library(name: str) -> Callable[..., int] | None:
    """Return a function of the C library, or None where it has none of this name."""
    try:
        found: Callable[..., int] = getattr(ctypes.CDLL(None), name)
    except (OSError, TypeError, AttributeError):
        return None
    return found
