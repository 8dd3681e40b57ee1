"""The server: a socket that is bound, and the application behind it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmhub.hubserver.folder import Root
from mmhub.hubserver.http import Served, address, check_installed, listening

if TYPE_CHECKING:
    from mmhub.hubserver.app import App

_GRACE_SECONDS = 5


@dataclass(frozen=True)
class Server:
    """A Hub whose port is taken already, so that clients may connect before it runs."""

    endpoint: str
    _app: "App"
    _served: Served

    @classmethod
    def bound(cls, root: Root, *, port: int, token: str, host: str = "127.0.0.1") -> "Server":
        """Return a server of the Hub in ``root``; raise MmhubError where the address cannot be had."""
        check_installed()
        from mmhub.hubserver.app import App

        taken = listening(host, port)
        app = App(root, token)
        return cls(address(taken), app, Served(app, taken, grace_seconds=_GRACE_SECONDS))

    def run(self) -> None:
        """Serve until `stop`, SIGINT or SIGTERM; requests under way are answered first."""
        try:
            self._served.run()
        finally:
            self._app.close()

    def stop(self) -> None:
        """Ask the server to end, from any thread."""
        self._served.stop()
