"""A Hub that runs beside a program, in a process of its own, for as long as the program needs it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mmhub.errors import MmhubError
from mmhub.hubserver.folder import Root
from mmhub.hubserver.http import check_installed

TOKEN_VARIABLE = "MMHUB_HUB_TOKEN"
"""How a process that serves hears its token: arguments of a process can be read by everybody on the machine."""
_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Serving:
    """A Hub that is being served: its ``endpoint`` is for HF_ENDPOINT, its ``token`` for HF_TOKEN."""

    endpoint: str
    token: str = field(repr=False)
    root: Path
    process_id: int

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment so that its Hub clients use this Hub."""
        return {"HF_ENDPOINT": self.endpoint, "HF_TOKEN": self.token}


@contextmanager
def serving(root: Path | str | None = None, *, port: int = 0, token: str | None = None) -> Iterator[Serving]:
    """Serve the Hub in ``root`` on 127.0.0.1 while the block runs; port 0 takes a free one.

    Without ``token`` the one kept in ``root`` holds, made the first time. The server is a child process: it ends with
    the block, and with this process however that ends. Raises MmhubError where it cannot start, as when ``port`` is
    taken or `mmhub[hub]` is not installed.
    """
    check_installed()
    place = Root.at(root).made()
    known = token or place.token()
    child = _start(place, port, known)
    try:
        yield Serving(_endpoint_of(child), known, place.path, child.pid)
    finally:
        _stop(child)


def _start(place: Root, port: int, token: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "mmhub.hubserver", str(place.path), str(port)]
    environment = {**os.environ, TOKEN_VARIABLE: token}
    # A session of its own: Ctrl-C goes to the program, which ends the server when it is done with it.
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _endpoint_of(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    line = child.stdout.readline()
    said = json.loads(line) if line else {"error": "the server of the Hub ended before it began to serve"}
    if "error" in said:
        raise MmhubError(said["error"])
    return str(said["endpoint"])


def _stop(child: "subprocess.Popen[str]") -> None:
    """End the server, which does so when nobody is left to write to it."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.close()
    try:
        child.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    child.stdout.close()
