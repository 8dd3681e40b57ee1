"""Values that were not cut before, cut by worker processes and kept in the store."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any

import numpy as np

from mmhub.binding.bound import Bound
from mmhub.blocks import ABSENT
from mmhub.facts import Subjects, blocks_of, partners
from mmhub.faults import Fault
from mmhub.operators import Segment
from mmhub.segmenting.pieces import block_of
from mmhub.segmenting.spans import Spans
from mmhub.store import Store
from mmhub.units import Units
from mmhub.workers.jobs import Job, Result, Setup, Value
from mmhub.workers.pool import Pool

_AT_ONCE, _BYTES_AT_ONCE = 256, 256 << 20
"""How many values, or bytes of their segments, are written into the store together."""
_TEXTS_TOGETHER = 16

Found = Sequence[Segment | Fault] | Fault


def cut_lacking(
    setup: Setup,
    bound: Bound,
    units: Units,
    about: Subjects,
    spans: Spans | None,
    store: Store,
    *,
    workers: int,
    progress: Callable[[int, int], None],
) -> None:
    """Cut what the store has no segments of, at ``spans`` where rows say so, and keep them there, a few at a time."""
    blocks = blocks_of(bound, store)
    lacking = np.flatnonzero((blocks.positions(about.keys) == ABSENT) & about.known)
    _, first = np.unique(about.keys[lacking], axis=0, return_index=True)
    lacking = lacking[np.sort(first)]
    if not len(lacking):
        return
    pool = Pool(setup, workers=workers)
    try:
        jobs = [_job(bound, units, about, spans, int(item)) for item in lacking]
        answers = _answers(pool, jobs, together=1 if setup.modalities[bound.fields[0]].decode else _TEXTS_TOGETHER)
        done = 0
        for some in _in_turns(_found(job, result, spans) for job, result in zip(jobs, answers, strict=True)):
            blocks = blocks.append(block_of(about.keys[lacking[done : done + len(some)]], some))
            done += len(some)
            progress(done, len(lacking))
    finally:
        pool.close()


def _job(bound: Bound, units: Units, about: Subjects, spans: Spans | None, item: int) -> Job:
    """Return the job of cutting one item, with the values of its row that are cut together with it."""
    row = about.rows[item]
    values = [Value(bound.fields[0], item, units.items[bound.fields[0]].value(item), (0,))]
    for name in bound.beside:
        (other,) = partners(units.items[name], np.array([row])).tolist()
        if other != ABSENT:
            values.append(Value(name, other, units.items[name].value(other), ()))
    return Job(int(row), values, spans=spans.of(int(row)).spans if spans else None)


def _answers(pool: Pool, jobs: Sequence[Job], *, together: int) -> Iterator[Result]:
    """Yield the results of jobs in order; few are asked ahead, as what is cut out of media is as large as they are."""
    waiting: deque[Future[list[Result]]] = deque()
    for start in range(0, len(jobs), together):
        waiting.append(pool.submit(jobs[start : start + together]))
        if len(waiting) > pool.workers:
            yield from waiting.popleft().result()
    for each in waiting:
        yield from each.result()


def _found(job: Job, result: Result, spans: Spans | None) -> Found:
    """Return what a value was cut into, or its fault; that of a value beside it names its field."""
    for value, answer in zip(job.values, result.answers, strict=True):
        if answer.fault is not None:
            beside = value is not job.values[0]
            message = f"{value.field}: {answer.fault.message}" if beside else answer.fault.message
            return Fault(answer.fault.reason, message)
    found: Any = result.answers[0].found.get(0) or []
    return spans.of(job.row).in_place(found) if spans and not isinstance(found, Fault) else found


def _in_turns(found: Iterator[Found]) -> Iterator[list[Found]]:
    """Yield lists of as much as is to be held in memory at once."""
    some: list[Found] = []
    size = 0
    for each in found:
        some.append(each)
        size += 0 if isinstance(each, Fault) else sum(len(part.value) for part in each if isinstance(part, Segment))
        if len(some) >= _AT_ONCE or size >= _BYTES_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some
