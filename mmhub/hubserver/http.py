"""An application served over HTTP: whether that can be done here, a socket that is bound, and uvicorn on it."""

import errno
import socket
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mmhub.errors import MmhubError

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def check_installed(what: str = "a Hub") -> None:
    """Raise MmhubError, with what to type, where a library that serving takes is missing."""
    missing = [name for name in ("starlette", "uvicorn") if find_spec(name) is None]
    if missing:
        raise MmhubError(f"serving {what} takes {' and '.join(missing)}: pip install 'mmhub[hub]'")


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


class Served:
    """An application on a socket that is bound already, so that clients may connect before it runs."""

    def __init__(self, app: "ASGIApp", taken: socket.socket, *, grace_seconds: int) -> None:
        import uvicorn

        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=grace_seconds,
        )
        self._socket, self._server = taken, uvicorn.Server(config)

    def run(self) -> None:
        """Serve until `stop`, SIGINT or SIGTERM; requests under way are given the grace to be answered."""
        try:
            self._server.run(sockets=[self._socket])
        except KeyboardInterrupt:
            pass
        finally:
            self._socket.close()

    def stop(self) -> None:
        """Ask the server to end, from any thread."""
        self._server.should_exit = True
