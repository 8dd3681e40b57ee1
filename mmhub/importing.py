"""Imports of thousands of modules, without the garbage collector looking through them again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from running for a while: modules are no garbage, and there is ever more of them.

    A third of the time that torch and transformers take to be imported went into looking through what they define.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            # Both together make all that is there old at once; round after round would look through it otherwise.
            gc.freeze()
            gc.unfreeze()
            gc.enable()
