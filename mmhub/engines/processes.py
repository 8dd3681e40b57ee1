"""Several processes that share a build by claims: the first plans and decides, all measure, none waits for another."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mmhub.engines.claimed import Claimed
from mmhub.engines.claims import Holder
from mmhub.engines.local import measure_share, pace_of
from mmhub.engines.planned import Planned, meaning, unit_rows
from mmhub.engines.ranks import LAUNCHER, Rank
from mmhub.engines.together import Together
from mmhub.errors import MmhubError, RecipeError, StoreError
from mmhub.measuring.pace import Pace, Progress, Tally
from mmhub.request import Ready, Request, get_ready
from mmhub.sources.stamps import read_keys
from mmhub.store import Store
from mmhub.survey import Survey, survey

_LOG = logging.getLogger(__name__)
_POLL_SECONDS = 0.2
_LATE_SECONDS = 20.0
"""After how long a process says that it waits for the first one."""
_PLAN_SECONDS = 24 * 3600.0
"""How long the first one may take to read its source, and to download it."""
_SILENT_SECONDS = 600.0
"""How long a process may hold a claim without a sign of life: enough to load a model, or for a slow batch on a CPU."""
_SILENT_VALUES = 4
"""For how many values in a row each may take as long as one may: only a whole value, or a dead process, is a sign."""


def lead(ready: Ready, found: Survey, store: Store, progress: Progress, *, rank: Rank) -> Tally:
    """Measure beside other processes until nothing is left, taking over what any of them leaves undone.

    So it does with what a process holds that has stopped, or hangs; that process is named, and ends with this one.
    """
    pace = pace_of(ready, processes=rank.here)
    units = found.plan.units
    share = Claimed(store.runs / rank.run, rank.number, rank.size)
    size = unit_rows(pace, units=len(units), processes=rank.size)
    share.publish(Planned(units, size, meaning(ready, found)))
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
    return replace(tally, units=len(units))


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


def assist(request: Request, store: Store, progress: Progress, *, rank: Rank) -> None:
    """Measure what the leading process has planned and no other has claimed.

    What keeps this process from it costs the build nothing but its help: it leaves word, which the first one tells.
    Raises StoreError where there is nobody to tell, or no way to.
    """
    share = Claimed(store.runs / rank.run, rank.number, rank.size)
    ready = _ready(request)
    planned = share.await_plan(_patience(share, rank))
    try:
        if len(planned):
            _help(ready, planned, share, store, progress, rank=rank)
    except MmhubError as error:
        share.excuse(f"{Holder(rank.number)} helps no more, and what it left is done by others: {error}")
    finally:
        share.release()
    share.leave()


def _ready(request: Request) -> Ready | MmhubError:
    """Return the request made ready, while the first process reads the source, or why it cannot be."""
    try:
        return get_ready(request, download=True)
    except MmhubError as error:
        return error


def _help(
    ready: Ready | MmhubError, planned: Planned, share: Claimed, store: Store, progress: Progress, *, rank: Rank
) -> None:
    if isinstance(ready, MmhubError):
        raise ready
    found = survey(ready, store, lambda *_: None)
    if meaning(ready, found) != planned.meaning:
        raise RecipeError(
            "it reads other rows than rank 0, or measures something else of them: start all with the same words, "
            "recipe, versions of mmhub and of plugins, and leave the source as it is"
        )
    measure_share(ready, found, store, share, pace_of(ready, processes=rank.here), progress)


def _patience(share: Claimed, rank: Rank) -> Callable[[float], None]:
    """Return what a process does that waits for the first one: it says so once, and gives up after a day."""
    said = LAUNCHER in os.environ  # who has started both ends this one with the other

    def waiting(seconds: float) -> None:
        nonlocal said
        if seconds > _PLAN_SECONDS:
            raise StoreError(
                f"rank 0 has written no plan into {str(share.folder)!r} for {seconds:g} s: is its store this one?"
            )
        if seconds > _LATE_SECONDS and not said:
            said = True
            _LOG.warning(
                "rank %d of %d waits for rank 0 to read the source; where no other process was started, "
                "end this one and `unset RANK WORLD_SIZE`",
                rank.number,
                rank.size,
            )

    return waiting
