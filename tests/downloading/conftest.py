"""A server on this machine that serves a folder, and does to each path what a test tells it to."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from mmhub.downloading.addresses import PublicNetwork
from mmhub.downloading.fetching import fetched
from mmhub.downloading.keeping import Keeper
from mmhub.downloading.records import Record
from mmhub.recipes.downloads import Downloads
from mmhub.store import Store

Act = Callable[["Handler"], None]
HERE = ("127.0.0.1",)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        with self.server.lock:
            self.server.asked[self.path] += 1
            self.number = self.server.asked[self.path]
            self.server.busy += 1
            self.server.most_busy = max(self.server.busy, self.server.most_busy)
        try:
            self.server.acts.get(self.path, lambda handler: handler.answer(404, b"nothing here"))(self)
        finally:
            with self.server.lock:
                self.server.busy -= 1

    def head(self, status: int, **headers: Any) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def answer(self, status: int, body: bytes = b"", **headers: Any) -> None:
        self.head(status, **{"Content_Length": len(body), **headers})
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Served(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.acts: dict[str, Act] = {}
        self.asked: Counter[str] = Counter()
        self.busy = self.most_busy = 0
        self.lock = threading.Lock()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def on(self, path: str, act: Act | bytes) -> str:
        """Say what becomes of a path, or what it holds; return its URL."""
        self.acts[path] = act if callable(act) else lambda handler: handler.answer(200, act)
        return f"http://127.0.0.1:{self.port}{path}"

    def handle_error(self, *_: object) -> None:
        """A client that goes away is no fault of the server."""


@pytest.fixture
def served() -> Iterator[Served]:
    with Served() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        with suppress(KeyboardInterrupt):
            yield server
        server.shutdown()


@pytest.fixture
def store(tmp_path) -> Store:
    return Store.at(tmp_path / "store").made()


class Got:
    """What was downloaded: a record for each URL, and the bytes of those that came."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, *urls: str, resolve: Any = None, backend: Any = None, **options: Any) -> list[bytes | str]:
        """Return the bytes of each URL, or the reason why they could not be had."""
        given = Downloads(**{"allow_hosts": HERE, "wait_seconds": 0.01, "timeout_seconds": 5, **options})
        network = PublicNetwork(given.allow_hosts, resolve=resolve, backend=backend) if resolve else None
        keeper = Keeper(self._store)
        found = dict(fetched(urls, self._store, given, keeper=keeper, network=network))
        keeper.seal()
        self.messages = [found[url].message for url in urls]
        return [self._bytes(found[url]) for url in urls]

    def _bytes(self, record: Record) -> bytes | str:
        media = record.media(self._store)
        return media.read() if media else record.reason


@pytest.fixture
def get(store) -> Got:
    return Got(store)
