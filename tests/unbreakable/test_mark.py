"""Where a worker is can be read at any moment, also while it says so."""

import subprocess
import sys
import tempfile
import time

from mmhub.workers.mark import DECODE, RESTING, SIZE, Mark

WRITER = """
import sys, time
from mmhub.workers.mark import Mark
mark, end = Mark(int(sys.argv[1])), time.monotonic() + 0.5
while time.monotonic() < end:
    mark.begin(5, 3)
    mark.step(2)
"""


def test_a_mark_is_never_read_half_written():
    """A worker that was taken to be at its value since the clock began would be ended for its slowness."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as file:
        file.truncate(SIZE)
        mark = Mark(file.fileno())
        mark.rest()
        command = [sys.executable, "-c", WRITER, str(file.fileno())]
        read = set()
        with subprocess.Popen(command, pass_fds=[file.fileno()]) as writer:
            while writer.poll() is None:
                for at in [mark.read() for _ in range(500)]:
                    read.add((at.job, at.place, at.step, start <= at.since <= time.monotonic()))
        mark.close()
    assert read == {(-1, RESTING, DECODE, True), (5, 3, DECODE, True), (5, 3, 2, True)}
