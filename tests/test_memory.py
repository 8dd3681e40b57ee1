"""Free memory that is kept, and given back: seen by how often the system has to clear a page."""

import platform
import resource

import pytest

from mmhub.memory import give_back, keep

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is asked to keep memory")
_PAGES = 3 * (24 << 20) // resource.getpagesize()


def cleared() -> int:
    """Return how many pages the system clears while blocks are made such as a forward pass needs, and freed."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    blocks = [b"x" * (24 << 20) for _ in range(3)]
    after = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    del blocks
    return after - before


def test_what_is_kept_is_cleared_once_and_again_when_it_was_given_back():
    keep()
    give_back()
    first, second = cleared(), cleared()
    give_back()
    third = cleared()
    give_back()
    assert second < _PAGES // 10 < min(first, third)
