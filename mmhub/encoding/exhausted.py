"""Memory that runs out in a forward pass: told from other errors, and given back before another try."""

import gc
import re
import sys

from mmhub.memory import give_back
from mmhub.workers.ask import described

_WORDS = re.compile(r"OutOfMemoryError|out of memory|can't allocate memory|not enough memory|_ALLOC_FAILED")
"""What torch says of it: on a GPU by the class of its error, elsewhere among the words of a RuntimeError."""


def ran_out(error: BaseException) -> bool:
    """Whether an error says that there is not enough memory, on this machine or on its GPU."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and _WORDS.search(described(error)) is not None
    )


def make_room() -> None:
    """Give back all that is cached: by Python, by Arrow, by the C library, and by torch on a GPU."""
    gc.collect()
    give_back()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
