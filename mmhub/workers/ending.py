"""How processes end, or never begin, in words."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from mmhub.errors import WorkerError

FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)
"""Signals that something else than a value may have sent, such as the system where memory is short."""
_SIGNALS = {each.value: each.name for each in signal.Signals}
_LAST_BYTES = 400


@contextmanager
def starting() -> Iterator[None]:
    """Turn what the system raises where it cannot start a process, or open what it needs, into a WorkerError."""
    try:
        yield
    except OSError as error:
        raise WorkerError(f"a worker process cannot be started: {error.strerror or error}") from error


def not_started(why: str, words: IO[bytes]) -> str:
    """Return the sentence for a worker that did not start, with the last words of its process."""
    return (
        f"a worker process did not start: {why}{last_words(words)}; "
        "it imports the plugins of the recipe, and nothing else of yours"
    )


def last_words(words: IO[bytes]) -> str:
    """Return the last line that was written to a file of words, after a colon, or nothing."""
    words.seek(0, os.SEEK_END)
    words.seek(max(0, words.tell() - _LAST_BYTES))
    lines = words.read().decode(errors="replace").strip().splitlines()
    return f": {lines[-1]}" if lines else ""


def how(code: int | None) -> str:
    """Return in words how a process ended, as `subprocess` tells it, or that it has fallen silent without ending."""
    if code is None:
        return "closed its pipe"
    if code < 0:
        return f"ended with signal {_SIGNALS.get(-code, -code)}"
    return f"ended with exit status {code}"
