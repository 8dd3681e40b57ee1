"""Several processes that share a build by claims: the first plans and decides, all measure, none waits for another."""

import logging
import time
from dataclasses import replace

import numpy as np

from mmhub.engines.claimed import Claimed
from mmhub.engines.local import measure_share, pace_of
from mmhub.engines.ranks import Rank
from mmhub.engines.together import Together
from mmhub.measuring.pace import Pace, Progress, Tally
from mmhub.request import Ready
from mmhub.sources.stamps import read_keys
from mmhub.store import Store
from mmhub.survey import Survey, survey

_LOG = logging.getLogger(__name__)
_POLL_SECONDS = 0.2
_PLAN_SECONDS = 3600.0
_SILENT_SECONDS = 600.0
"""How long a process may hold a claim without a sign of life: enough to load a model, or for a slow batch on a CPU."""
_SILENT_VALUES = 4
"""For how many values in a row each may take as long as one may: only a whole value, or a dead process, is a sign."""


def lead(ready: Ready, found: Survey, store: Store, progress: Progress, *, rank: Rank) -> Tally:
    """Measure beside other processes until nothing is left, taking over what any of them leaves undone.

    So it does with what a process holds that has stopped, or hangs; that process is named, and ends with this one.
    """
    pace = pace_of(ready, processes=rank.size)
    share = Claimed(store.runs / rank.run, pace.unit_rows, rank.number, rank.size)
    share.publish(found.plan.units)
    all_of_us = Together(share, progress)
    try:
        all_of_us.ended(measure_share(ready, found, store, share, pace, all_of_us))
        while share.open_claims():
            time.sleep(_POLL_SECONDS)
            _take_over(share, pace)
            all_of_us.ended(measure_share(ready, found, store, share, pace, all_of_us))
    finally:
        share.release()
    for items in found.units.items.values():
        read_keys(items, np.arange(len(items)), threads=pace.workers)
    tally = all_of_us.total()
    share.close()
    return replace(tally, units=len(found.plan.units))


def _take_over(share: Claimed, pace: Pace) -> None:
    """Take over the claims of processes that have been silent for too long, and say whose they were."""
    seconds = max(_SILENT_SECONDS, _SILENT_VALUES * pace.limits.seconds)
    for holder in share.take_over(seconds=seconds):
        _LOG.warning(
            "%s has shown no sign of life for %g s: what it had claimed is done by others, "
            "and it is ended with the build",
            holder,
            seconds,
        )


def assist(ready: Ready, store: Store, progress: Progress, *, rank: Rank) -> None:
    """Measure what the leading process has planned and no other has claimed."""
    pace = pace_of(ready, processes=rank.size)
    share = Claimed(store.runs / rank.run, pace.unit_rows, rank.number, rank.size)
    if len(share.await_plan(seconds=_PLAN_SECONDS)):
        found = survey(ready, store, lambda *_: None)
        try:
            measure_share(ready, found, store, share, pace, progress)
        finally:
            share.release()
    share.leave()
