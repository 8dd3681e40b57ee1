"""Memory that is free, but that Arrow and the C library keep for later, given back to the system."""

import ctypes
from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa


def give_back() -> None:
    """Give free memory back: that of Arrow's allocator, whichever it has, and that of glibc.

    Other C libraries give back by themselves. The command line has Arrow use that of the C library, which keeps less.
    """
    pa.default_memory_pool().release_unused()
    trim = _trim()
    if trim is not None:
        trim(0)


@lru_cache(maxsize=1)
def _trim() -> Callable[[int], int] | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):
        return None
