"""A process that ends with the one that started it, however that ends."""

import ctypes
import os
import signal
import sys


def end_with(parent: int) -> None:
    """Ask Linux to kill this process when ``parent`` ends, or its thread that started it; end at once if it is gone."""
    if sys.platform == "linux":
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
