"""Many downloads at once: threads that take turns at hosts, try again where that may help, and keep what came."""

import queue
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from time import monotonic
from urllib.parse import urlsplit

import httpcore2
import httpx2

from mmhub.downloading.addresses import PublicNetwork
from mmhub.downloading.answer import Answer
from mmhub.downloading.asking import asked
from mmhub.downloading.failures import Failed
from mmhub.downloading.filesystems import FileSystems
from mmhub.downloading.keeping import Keeper
from mmhub.downloading.partial import Partial
from mmhub.downloading.reading import read
from mmhub.downloading.receiving import received
from mmhub.downloading.records import Record, url_keys
from mmhub.downloading.robots import forbidden_by
from mmhub.downloading.turns import Turns
from mmhub.places.elsewhere import is_address
from mmhub.recipes.downloads import Downloads
from mmhub.store import Store
from mmhub.units import file_of

_LONGEST_WAIT_SECONDS = 300.0
_PARTING_SECONDS = 2.0
Found = tuple[str, Record]


def fetched(
    urls: Sequence[str],
    store: Store,
    options: Downloads,
    *,
    keeper: Keeper,
    purged: Collection[bytes] = (),
    network: httpcore2.NetworkBackend | None = None,
) -> Iterator[Found]:
    """Yield what became of each URL, in the order in which that is known; ``keeper`` has taken in by then what came.

    What has a sha256 among ``purged`` is not taken in. A caller who stops listening stops the downloads.
    """
    network = network or PublicNetwork(options.allow_hosts)
    fetching = _Fetching(urls, store, options, keeper, frozenset(purged), network)
    threads = [threading.Thread(target=fetching.work, daemon=True) for _ in range(min(options.connections, len(urls)))]
    for each in threads:
        each.start()
    try:
        for _ in urls:
            found = fetching.answers.get()
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        fetching.stop()
        until = monotonic() + _PARTING_SECONDS
        for each in threads:
            each.join(max(0.0, until - monotonic()))
        fetching.pool.close()


class _Fetching:
    """What the threads share: the connections, whose turn it is, and what they have found."""

    def __init__(
        self,
        urls: Sequence[str],
        store: Store,
        options: Downloads,
        keeper: Keeper,
        purged: frozenset[bytes],
        network: httpcore2.NetworkBackend,
    ) -> None:
        self.answers: queue.SimpleQueue[Found | BaseException] = queue.SimpleQueue()
        self.pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_connections=options.connections,
            max_keepalive_connections=options.connections,
            network_backend=network,
        )
        self._urls, self._store, self._options = urls, store, options
        self._systems = FileSystems(options)
        self._keeper, self._purged = keeper, purged
        jobs = ((_host(url), job) for job, url in enumerate(urls))
        self._turns = Turns(jobs, per_host=options.connections_per_host, delay_seconds=options.delay_seconds)
        self._tries: Counter[int] = Counter()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let the threads end, those within a download at its next bytes."""
        self._stopped.set()
        self._turns.stop()

    def work(self) -> None:
        """Take jobs until there are none."""
        try:
            while (turn := self._turns.take()) is not None and not self._stopped.is_set():
                self._serve(*turn)
        except BaseException as error:  # noqa: BLE001  (it is raised again by who listens)
            self.answers.put(error)

    def _serve(self, host: str, job: int) -> None:
        url = self._urls[job]
        try:
            record = self._had(url)
        except Failed as failed:
            self._tries[job] += 1
            wait = self._options.wait_seconds * 2.0 ** (self._tries[job] - 1)
            asked_to_wait = failed.wait_seconds or 0.0
            if failed.again and self._tries[job] < self._options.tries and asked_to_wait <= _LONGEST_WAIT_SECONDS:
                self._turns.again(host, job, max(wait, asked_to_wait), whole_host=failed.wait_seconds is not None)
                return
            record = Record(reason=failed.reason, message=failed.message)
        self.answers.put((url, record))
        self._turns.done(host)

    def _had(self, url: str) -> Record:
        """Return the record of a file that came and was kept; raise Failed where none did."""
        started, options = monotonic(), self._options
        partial = Partial(self._store.downloads / "partial" / url_keys([url]).tobytes().hex())
        with self._answer(file_of(url), partial.headers()) as answer:
            robots = answer.headers.get("x-robots-tag", "")
            if directive := forbidden_by(robots, options.disallowed, options.user_agent):
                raise Failed("disallowed", f"its server forbids the use: X-Robots-Tag {directive!r}")
            body = received(answer, partial, options, started=started, stopped=self._stopped.is_set)
        file, offset = ("", 0) if body.sha256 in self._purged else self._keeper.keep(body)
        partial.drop()
        return Record(sha256=body.sha256, size=body.size, file=file, offset=offset, robots=robots)

    def _answer(self, url: str, headers: Mapping[str, str]) -> AbstractContextManager[Answer]:
        """Return what gives the answer for a URL, or for an address on another kind of file system."""
        if not is_address(url) or url[:8].lower().startswith(("http://", "https://")):
            return asked(self.pool, url, headers, self._options)
        self._systems.check(url)
        return read(self._systems, url, headers, self._options)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
