"""The server: a socket that is bound, and the guarded application behind it."""

import secrets
import socket
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mmhub.hubserver.http import Served, address, check_installed, listening

if TYPE_CHECKING:
    from mmhub.pages.serving.looking import Looking

_GRACE_SECONDS = 2


@dataclass(frozen=True)
class Server:
    """A page whose port is taken already. ``url`` holds the token, and is for one person alone."""

    url: str
    _served: Served
    _open: "Callable[[], Looking]"
    _looking: "Future[Looking]"

    @classmethod
    def bound(cls, title: str, open: "Callable[[], Looking]", *, port: int = 0, host: str = "127.0.0.1") -> "Server":
        """Return a server of the page of a version; raise MmhubError where the address cannot be had.

        A browser has the page before ``open`` has returned, which may so import what takes long; its questions wait.
        """
        check_installed("a page")
        from mmhub.pages.serving.app import application, headers
        from mmhub.pages.serving.guard import Guard

        taken = listening(host, port)
        where = address(taken)
        token = secrets.token_urlsafe(24)
        looking: Future[Looking] = Future()
        guarded = Guard(
            application(title, looking.result),
            token=token,
            hosts=_names(where, host, taken),
            cookie=f"mmhub-{taken.getsockname()[1]}",
            headers=headers(),
        )
        return cls(f"{where}/?token={token}", Served(guarded, taken, grace_seconds=_GRACE_SECONDS), open, looking)

    def run(self) -> None:
        """Serve until `stop`, SIGINT or SIGTERM."""
        Thread(target=self._begin, daemon=True).start()
        self._served.run()

    def _begin(self) -> None:
        """Open the version, and find out what the first questions will need."""
        try:
            looking = self._open()
        except BaseException as error:
            self._looking.set_exception(error)
            raise
        self._looking.set_result(looking)
        looking.warm()

    def stop(self) -> None:
        """Ask the server to end, from any thread."""
        self._served.stop()


def _names(where: str, host: str, taken: socket.socket) -> frozenset[str]:
    """Return the names that requests may call this server by."""
    port = taken.getsockname()[1]
    return frozenset({urlsplit(where).netloc, f"{host}:{port}", f"localhost:{port}", f"127.0.0.1:{port}"})
