"""The server: a socket that is bound, and the application behind it."""

import errno
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmhub.errors import MmhubError
from mmhub.hubserver.folder import Root
from mmhub.hubserver.installed import check_installed

if TYPE_CHECKING:
    import uvicorn

    from mmhub.hubserver.app import App

_GRACE_SECONDS = 5


@dataclass(frozen=True)
class Server:
    """A Hub whose port is taken already, so that clients may connect before it runs."""

    endpoint: str
    _socket: socket.socket
    _app: "App"
    _uvicorn: "uvicorn.Server"

    @classmethod
    def bound(cls, root: Root, *, port: int, token: str, host: str = "127.0.0.1") -> "Server":
        """Return a server of the Hub in ``root``; raise MmhubError where the address cannot be had."""
        check_installed()
        import uvicorn

        from mmhub.hubserver.app import App

        taken = listening(host, port)
        app = App(root, token)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        return cls(address(taken), taken, app, uvicorn.Server(config))

    def run(self) -> None:
        """Serve until `stop`, SIGINT or SIGTERM; requests under way are answered first."""
        try:
            self._uvicorn.run(sockets=[self._socket])
        except KeyboardInterrupt:
            pass
        finally:
            self._socket.close()
            self._app.close()

    def stop(self) -> None:
        """Ask the server to end, from any thread."""
        self._uvicorn.should_exit = True


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that clients may connect to; raise MmhubError where the address cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        taken = socket.socket(family, socket.SOCK_STREAM)
    except (OSError, OverflowError) as error:
        raise MmhubError(f"there is no address {host!r} to serve on: {error}") from error
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(512)
    except (OSError, OverflowError) as error:
        taken.close()
        raise MmhubError(_refusal(host, port, error)) from error
    return taken


def _refusal(host: str, port: int, error: OSError | OverflowError) -> str:
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return f"port {port} is in use: name another one with `--port`, or 0 for one that is free"
    return f"nothing can be served on {host}:{port}: {getattr(error, 'strerror', None) or error}"


def address(taken: socket.socket) -> str:
    """Return the URL of what is served on a socket."""
    host, port = taken.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
