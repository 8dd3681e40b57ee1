"""The command line, run by `mmhub.cli:main`: `commands/` has one command a file, and the rest is what they share."""

import atexit
import faulthandler
import os
import sys
from gc import freeze
from io import TextIOWrapper
from typing import NoReturn

from mmhub.cli.app import app
from mmhub.cli.screen import say_error
from mmhub.engines.error_file import tell_launcher
from mmhub.errors import FULL, LOCKED, MmhubError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command that was typed, and end: 0 done, 1 failed, 2 wrongly used, 130 interrupted."""
    # What Arrow needs no more goes back to the system at once; its own allocator keeps it until `give_back` is called,
    # as it does for programs that import mmhub, whose choice it is.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    # Pydantic would look through all that is installed for plugins of its own, here and in every process begun here.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # What is there at the end goes with the process: Python need not look through all of torch for garbage.
    atexit.register(freeze)
    # A crash in a C library, an encoder's for instance, shall say where it was.
    if sys.__stderr__ and not faulthandler.is_enabled():
        faulthandler.enable(sys.__stderr__)
    # What the encoding of the terminal does not have becomes a question mark, and ends no command.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="mmhub")
    except MmhubError as error:
        _fail(str(error))
    except OSError as error:
        if error.errno not in FULL | LOCKED:  # what the machine refuses is no fault of mmhub
            raise
        what = repr(error.filename) if error.filename else "what is printed"
        _fail(f"{what} cannot be read or written ({error.strerror})")


def _fail(message: str) -> NoReturn:
    say_error(message)
    tell_launcher(message)
    sys.exit(1)
