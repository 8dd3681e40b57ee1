"""Memory that is free, but that Arrow and the C library keep for later, given back to the system."""

import ctypes
from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa


def give_back() -> None:
    """Give free memory back, where the C library knows how: glibc does, other libraries do so by themselves."""
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
