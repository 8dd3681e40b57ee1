"""Ctrl-C that is heard for certain, and in order: Python drops or mixes up one that strikes amid an import."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Terminated(KeyboardInterrupt):
    """SIGTERM, by which systems end what they have started: it is heard as Ctrl-C is."""


_RAISED: dict[int, type[KeyboardInterrupt]] = {signal.SIGINT: KeyboardInterrupt, signal.SIGTERM: Terminated}


def exit_status(struck: KeyboardInterrupt) -> int:
    """Return the status of a command that was interrupted so: 130 by Ctrl-C, 143 by SIGTERM."""
    return 128 + (signal.SIGTERM if isinstance(struck, Terminated) else signal.SIGINT)


@contextmanager
def once() -> Iterator[None]:
    """Ignore Ctrl-C, and SIGTERM: one was heard, and what is left of the command is to say so."""
    with _handled(lambda *_: None):
        yield


@contextmanager
def heard(listener: Callable[..., None]) -> Iterator[Callable[..., None]]:
    """Yield a listener that raises KeyboardInterrupt when it is next told something, if one struck amid an import.

    Elsewhere it is raised at once, as is a second one; SIGTERM likewise, as Terminated.
    """
    if threading.current_thread() is not threading.main_thread():
        yield listener
        return
    struck = 0

    def strike(number: int, frame: FrameType | None) -> None:
        nonlocal struck
        again, struck = struck, number
        if again or not _importing(frame):
            raise _RAISED[number]

    def told(*what: Any) -> None:
        if struck:
            raise _RAISED[struck]
        listener(*what)

    with _handled(strike):
        yield told


@contextmanager
def ending(stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` at Ctrl-C and at SIGTERM, whatever runs meanwhile, so that a server ends in order."""
    with _handled(lambda *_: stop()):
        yield


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in _RAISED}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
