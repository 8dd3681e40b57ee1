"""What a piece of work takes: seconds, and memory that the kernel counts as anonymous (RssAnon)."""

import threading
import time
from pathlib import Path
from typing import Self

_EVERY_SECONDS = 0.01


class Watched:
    """Watches this process while a block runs.

    Afterwards ``seconds`` says how long that took, ``peak`` the most bytes there were at any moment, and ``after``
    those there were at the end, both less what there was before.
    """

    seconds = 0.0
    peak = 0
    after = 0

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._before = self._most = anonymous_bytes()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        self._start = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._start
        self._over.set()
        self._watcher.join()
        self.after = anonymous_bytes() - self._before
        self.peak = max(self._most - self._before, self.after)

    def _watch(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            self._most = max(self._most, anonymous_bytes())


def anonymous_bytes() -> int:
    """Return how many bytes of this process's memory are of no file."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))
