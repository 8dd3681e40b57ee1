"""Several processes that share a build by claims: the first plans and decides, all measure, none waits for another."""

import time
from dataclasses import replace

import numpy as np

from mmhub.engines.local import measure_share, pace_of
from mmhub.engines.ranks import Rank
from mmhub.engines.shares import Claimed
from mmhub.pace import Progress, Tally
from mmhub.request import Ready
from mmhub.sources.stamps import read_keys
from mmhub.store import Store
from mmhub.survey import Survey, survey

_POLL_SECONDS = 0.2
_PLAN_SECONDS = 3600.0


def lead(ready: Ready, found: Survey, store: Store, progress: Progress, *, rank: Rank) -> Tally:
    """Measure beside other processes until nothing is left, taking over what any of them leaves undone."""
    pace = pace_of(ready, processes=rank.size)
    share = Claimed(store.runs / rank.run, pace.unit_rows)
    share.publish(found.plan.units)
    try:
        tally = measure_share(ready, found, store, share, pace, progress)
        while share.open_claims():
            time.sleep(_POLL_SECONDS)
            measure_share(ready, found, store, share, pace, progress)
    finally:
        share.release()
    for items in found.units.items.values():
        read_keys(items, np.arange(len(items)), threads=pace.workers)
    totals = share.totals()
    share.close()
    return replace(tally, units=len(found.plan.units), decoded=totals["decoded"], encoded=totals["encoded"])


def assist(ready: Ready, store: Store, *, rank: Rank) -> None:
    """Measure what the leading process has planned and no other has claimed."""
    pace = pace_of(ready, processes=rank.size)
    share = Claimed(store.runs / rank.run, pace.unit_rows)
    if len(share.await_plan(seconds=_PLAN_SECONDS)):
        found = survey(ready, store, lambda *_: None)
        try:
            measure_share(ready, found, store, share, pace, lambda tally: None)
        finally:
            share.release()
