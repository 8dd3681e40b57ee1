"""Work units on a Dask cluster, which takes over what a worker that dies leaves undone."""

import pickle
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mmhub.engines.local import measure_share, pace_of
from mmhub.engines.shares import Whole
from mmhub.errors import MmhubError
from mmhub.measuring.pace import Progress, Tally
from mmhub.request import Ready, Request, get_ready
from mmhub.sources.stamps import read_keys
from mmhub.store import Store
from mmhub.survey import Survey, survey

if TYPE_CHECKING:
    from distributed import Client

_UNITS_PER_TASK = 4


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster: the one at ``scheduler``, or a process per core of this machine for the time of the build."""

    scheduler: str | None = None

    def __call__(self, ready: Ready, found: Survey, store: Store, progress: Progress) -> Tally:
        """Measure all that ``found`` lacks on the cluster, whose machines see the store under the same path."""
        tally = Tally()
        if not len(found.plan.units):
            return tally
        size = pace_of(ready).unit_rows * _UNITS_PER_TASK
        tasks = list(Whole(found.plan.units, size).take())
        with _client(self.scheduler) as client:
            from distributed import as_completed

            asked = pickle.dumps((ready.request, str(store.root)))
            futures = {client.submit(part, asked, rows, pure=False): rows for rows in tasks}
            for future in as_completed(futures):
                decoded, encoded = future.result()
                tally.units += len(futures[future])
                tally.decoded += decoded
                tally.encoded += encoded
                progress(tally)
        for items in found.units.items.values():
            read_keys(items, np.arange(len(items)), threads=pace_of(ready).workers)
        return tally


def part(asked: bytes, rows: np.ndarray) -> tuple[int, int]:
    """Measure some units of a request; return how many values that decoded and encoded."""
    ready, found, store = _surveyed(asked)
    pace = pace_of(ready, processes=_share_of_cores())
    tally = measure_share(ready, found, store, Whole(rows, pace.unit_rows), pace, lambda tally: None)
    return tally.decoded, tally.encoded


@lru_cache(maxsize=1)
def _surveyed(asked: bytes) -> tuple[Ready, Survey, Store]:
    """Return a request made ready on this worker, once for all its parts."""
    request, root = pickle.loads(asked)
    assert isinstance(request, Request)
    store = Store.at(root)
    ready = get_ready(request, download=True)
    return ready, survey(ready, store, lambda *_: None), store


def _share_of_cores() -> int:
    """Return among how many workers the cores of this machine are shared."""
    from distributed import get_worker

    return int(getattr(get_worker().state, "nthreads", 1)) or 1


def _client(scheduler: str | None) -> "Client":
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise MmhubError("Dask is not installed: `pip install 'mmhub[dask]'`") from error
    if scheduler is not None:
        try:
            return Client(scheduler, timeout=10)
        except (OSError, TimeoutError, ValueError) as error:
            raise MmhubError(f"no Dask scheduler answers at {scheduler!r}: {error}") from error
    return Client(LocalCluster(threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None))
