"""The command line, run by `mmhub.cli:main`: `commands/` has one command a file, and the rest is what they share."""

import atexit
import os
import sys
from gc import freeze

from mmhub.cli.app import app
from mmhub.cli.screen import say_error
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
    try:
        app(prog_name="mmhub")
    except MmhubError as error:
        say_error(str(error))
        sys.exit(1)
    except OSError as error:
        if error.errno not in FULL | LOCKED:  # what the machine refuses is no fault of mmhub
            raise
        what = repr(error.filename) if error.filename else "what is printed"
        say_error(f"{what} cannot be read or written ({error.strerror})")
        sys.exit(1)
