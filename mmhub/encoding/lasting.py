"""A forward pass that lasts too long: it cannot be ended, but it can be said where the build is."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LOG = logging.getLogger(__name__)
_SECONDS = 60.0
"""How long a pass may last before that is said; it is said again when it has lasted twice as long."""


class Lasting:
    """A thread that watches how long each pass of a step lasts."""

    def __init__(self, step: str, *, seconds: float = _SECONDS) -> None:
        self._step, self._seconds = step, seconds
        self._at: tuple[int, float] | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="lasting", daemon=True)
        self._thread.start()

    @contextmanager
    def at(self, count: int) -> Iterator[None]:
        """Note that so many values are in a pass, for as long as that takes."""
        self._at = (count, time.monotonic())
        try:
            yield
        finally:
            self._at = None

    def close(self) -> None:
        """Watch no longer."""
        self._closed.set()
        self._thread.join()

    def _watch(self) -> None:
        watched, patience = None, self._seconds
        while not self._closed.wait(self._seconds / 10):
            if self._at != watched:
                watched, patience = self._at, self._seconds
            if watched is not None and time.monotonic() - watched[1] >= patience:
                patience *= 2
                self._say(*watched)

    def _say(self, count: int, since: float) -> None:
        _LOG.warning(
            "%s has been at %s for %d s. Should it never end, kill the build (process %d): what is measured is kept, "
            "and the same command finds out at which value it hangs",
            self._step,
            f"{count} values" if count > 1 else "one value",
            time.monotonic() - since,
            os.getpid(),
        )
