"""Ctrl-C that is heard for certain, and in order: Python drops or mixes up one that strikes amid an import."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def heard(listener: Callable[..., None]) -> Iterator[Callable[..., None]]:
    """Yield a listener that raises KeyboardInterrupt when it is next told something, if one struck amid an import.

    Elsewhere it is raised at once, as is a second one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield listener
        return
    struck = False

    def strike(_: int, frame: FrameType | None) -> None:
        nonlocal struck
        again, struck = struck, True
        if again or not _importing(frame):
            raise KeyboardInterrupt

    def told(*what: Any) -> None:
        if struck:
            raise KeyboardInterrupt
        listener(*what)

    before = signal.signal(signal.SIGINT, strike)
    try:
        yield told
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def ending(stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` at Ctrl-C and at SIGTERM, whatever runs meanwhile, so that a server ends in order."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stop()) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
