"""Work units on a Dask cluster, which takes over what a worker that dies leaves undone."""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mmhub.engines.dask_clusters import connected
from mmhub.engines.local import pace_of
from mmhub.engines.parts import asked_of, measured_part
from mmhub.engines.planned import unit_rows
from mmhub.engines.shares import Whole
from mmhub.errors import MmhubError
from mmhub.measuring.pace import Progress, Tally
from mmhub.request import Ready
from mmhub.sources.stamps import read_keys
from mmhub.store import Store
from mmhub.survey import Survey

if TYPE_CHECKING:
    from distributed import Client, Future

_LOG = logging.getLogger(__name__)
_UNITS_PER_TASK = 4
_IDLE_SECONDS = 5.0
"""After how long without a worker it is said that one is waited for."""
_POLL_SECONDS = 0.2
_KEPT = "what is measured is kept, and the same command goes on from there"


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster: the one at ``scheduler``, or a process per core of this machine for the time of the build."""

    scheduler: str | None = None

    def __call__(self, ready: Ready, found: Survey, store: Store, progress: Progress) -> Tally:
        """Measure all that ``found`` lacks on the cluster, whose machines see the store under the same path."""
        tally = Tally()
        if not len(found.plan.units):
            return tally
        pace = pace_of(ready)
        asked = asked_of(ready, found, store)
        with connected(self.scheduler) as client:
            _await_worker(client)
            threads = _threads(client)
            size = unit_rows(pace, units=len(found.plan.units), processes=threads.total(), most=_UNITS_PER_TASK)
            parts = Whole(found.plan.units, size).take()
            futures = [client.submit(part, asked, rows, dict(threads), pure=False) for rows in parts]
            for did in _results(client, futures):
                tally += did
                progress(tally)
        for items in found.units.items.values():
            read_keys(items, np.arange(len(items)), threads=pace.workers)
        return tally


def part(asked: bytes, rows: np.ndarray, threads: Mapping[str, int]) -> Tally:
    """Measure some units of a build on a worker of the cluster, which has so many ``threads`` on each host."""
    from distributed import get_worker

    worker = get_worker()
    try:
        return measured_part(asked, rows, processes=threads.get(_host(worker.address), worker.state.nthreads))
    except MmhubError as error:
        raise MmhubError(f"the Dask worker at {worker.address} cannot take part in the build: {error}") from None


def _results(client: "Client", futures: Sequence["Future"]) -> Iterator[Tally]:
    """Yield what was done for each part as it comes to its end; raise MmhubError where one comes to none."""
    from distributed import wait

    pending = set(futures)
    while pending:
        try:
            done, pending = wait(pending, timeout=_IDLE_SECONDS, return_when="FIRST_COMPLETED")
        except TimeoutError:
            _await_worker(client)
        except CancelledError:
            raise _lost() from None
        else:
            yield from map(_result, done)


def _result(future: "Future") -> Tally:
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        did: Tally = future.result()
    except KilledWorker:
        raise MmhubError(
            "part of the build ended every Dask worker it was given to, one after another, as the system does where "
            f"memory is short: {_KEPT}"
        ) from None
    except ImportError as error:
        raise MmhubError(f"a Dask worker has not installed what the build needs: {error}") from None
    except (CancelledError, CommClosedError):
        raise _lost() from None
    return did


def _lost() -> MmhubError:
    return MmhubError(f"the Dask scheduler has ended, or lost what it was given: {_KEPT}")


def _await_worker(client: "Client") -> None:
    """Wait until the cluster has a worker, and say so where that takes long."""
    start, said = time.monotonic(), False
    while not _threads(client):
        if not said and time.monotonic() - start > _IDLE_SECONDS:
            said = True
            address = client.scheduler.address if client.scheduler else ""
            _LOG.warning("the Dask scheduler has no worker: the build waits for one (`dask worker %s`)", address)
        time.sleep(_POLL_SECONDS)


def _threads(client: "Client") -> Counter[str]:
    """Return how many threads the workers of each host have together."""
    threads: Counter[str] = Counter()
    try:
        for address, count in client.ncores().items():
            threads[_host(address)] += count
    except (OSError, CancelledError):
        raise _lost() from None
    return threads


def _host(address: str) -> str:
    return address.rpartition("://")[2].rpartition(":")[0]
