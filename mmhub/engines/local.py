"""All work units in this process."""

import os
from typing import Any

from mmhub.engines.shares import Share, Whole
from mmhub.measuring.measure import measure
from mmhub.measuring.pace import Pace, Progress, Tally
from mmhub.request import Ready
from mmhub.store import Store
from mmhub.survey import Survey


def here(ready: Ready, found: Survey, store: Store, progress: Progress) -> Tally:
    """Measure all that ``found`` lacks, with one decoding process per core unless the request says otherwise."""
    pace = pace_of(ready)
    return measure_share(ready, found, store, Whole(found.plan.units, pace.unit_rows), pace, progress)


def pace_of(ready: Ready, *, processes: int = 1) -> Pace:
    """Return how one of several processes on this machine cuts its work."""
    workers = ready.request.workers or max(1, (os.cpu_count() or 1) // processes)
    asked: dict[str, Any] = {"unit_rows": ready.request.unit_rows, "limits": ready.request.limits}
    return Pace(workers=workers, **{name: value for name, value in asked.items() if value is not None})


def measure_share(ready: Ready, found: Survey, store: Store, share: Share, pace: Pace, progress: Progress) -> Tally:
    """Measure what ``found`` lacks of the units in ``share``."""

    def told(tally: Tally) -> None:
        share.heard()
        progress(tally)

    return measure(ready.bindings, found.units, found.plan, found.facts, store, share=share, pace=pace, progress=told)
