"""A wire to a server that counts what goes over it, and can be cut."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Wire:
    """Passes connections on to ``endpoint``; ``up`` and ``down`` are the bytes that went to the server and back."""

    def __init__(self, endpoint: str) -> None:
        place = urlsplit(endpoint)
        self._there = (str(place.hostname), int(place.port or 80))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._port = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        self._passing: list[threading.Thread] = []
        self.up = self.down = 0
        self._serving = threading.Thread(target=self._serve, daemon=True)
        self._serving.start()

    @property
    def endpoint(self) -> str:
        """Where the server is reached through this wire."""
        return f"http://127.0.0.1:{self._port}"

    def reset(self) -> None:
        """Count from nought."""
        self.up = self.down = 0

    def cut(self) -> None:
        """Break all connections, and take no more."""
        self._end(self._listening)
        self._serving.join()
        for each in self._open:
            self._end(each)
        for thread in self._passing:
            thread.join()
        for each in (self._listening, *self._open):
            each.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(near)
            try:
                far = socket.create_connection(self._there)
            except OSError:
                self._end(near)
                continue
            self._open.append(far)
            for source, sink, way in ((near, far, "up"), (far, near, "down")):
                self._passing.append(threading.Thread(target=self._pass_on, args=(source, sink, way), daemon=True))
                self._passing[-1].start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, way: str) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                setattr(self, way, getattr(self, way) + len(data))
                sink.sendall(data)
        self._end(source)
        self._end(sink)

    @staticmethod
    def _end(which: socket.socket) -> None:
        with suppress(OSError):
            which.shutdown(socket.SHUT_RDWR)


@contextmanager
def wired(endpoint: str) -> Iterator[Wire]:
    """Give a wire to ``endpoint`` for as long as the block runs."""
    wire = Wire(endpoint)
    try:
        yield wire
    finally:
        wire.cut()
