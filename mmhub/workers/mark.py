"""Where a worker process is in its work, in memory it shares with its pool: readable also when it has ended."""

import mmap
import struct
import time
from dataclasses import dataclass

RESTING, TOGETHER = -2, -1
"""Places that are no value: nothing is being done, and the texts of all jobs are measured together."""
DECODE = -1
"""The step of decoding, where others are places in ``Setup.bound``."""
_LAYOUT = struct.Struct("=qqdq")
_STEP = struct.Struct("=q")
SIZE = _LAYOUT.size


@dataclass(frozen=True)
class At:
    """What a worker is at: the number of the job, the place of the value in it, since when, and the step."""

    job: int
    place: int
    since: float
    step: int


class Mark:
    """A mark in a file of `SIZE` bytes. Its clock is the same for all processes of a machine.

    It is written and read in one piece: packed in place, it would be all zeros for a moment.
    """

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, SIZE)

    def begin(self, job: int, place: int) -> None:
        """Note that work on a value begins."""
        self._memory[:] = _LAYOUT.pack(job, place, time.monotonic(), DECODE)

    def step(self, step: int) -> None:
        """Note which step the value has come to."""
        self._memory[-_STEP.size :] = _STEP.pack(step)

    def rest(self) -> None:
        """Note that no value is being worked on."""
        self.begin(-1, RESTING)

    def read(self) -> At:
        """Return what the worker is at."""
        return At(*_LAYOUT.unpack(self._memory[:]))

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()
