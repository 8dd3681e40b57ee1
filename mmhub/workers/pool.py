"""A pool of worker processes that a value which crashes, hangs or eats memory costs one process, not the build.

Each thread of the pool owns one process. Where a process ends in the middle of a job, or takes too long over one
value, it is replaced and its unfinished jobs are asked again, one by one; what fails twice, the second time alone, is
given up with a reason: the step, if it was the same both times, and otherwise the value.
"""

import logging
import pickle
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from mmhub.errors import WorkerError
from mmhub.faults import Fault
from mmhub.workers.child import Child, Stopped
from mmhub.workers.forkserver import at_hand
from mmhub.workers.jobs import Answer, Job, Pair, Result, Setup, Value
from mmhub.workers.mark import DECODE, TOGETHER

_LOG = logging.getLogger(__name__)
_STRIKES, _OUTSIDE_STRIKES = 2, 5
"""How often a process stops over a value before that is given up; more often where something else may have ended it."""
_IDLE_DEATHS = 5
"""How many processes in a row may end while they are at no value at all."""
_ALL_LOST = 100
"""How many values may be given up before any was answered: then it is not the values that are broken."""

_Suspect = tuple[int, int]
"""A place in a job, and the step that was applied there."""


class Pool:
    """Worker processes that answer jobs; ``heard`` is called, in any thread, whenever one has come a value further."""

    def __init__(self, setup: Setup, *, workers: int, heard: Callable[[], None] = lambda: None) -> None:
        self._setup, self._heard, self.workers = setup, heard, workers
        self._message = pickle.dumps(setup)
        self._opened = ExitStack()
        self._server = self._opened.enter_context(at_hand(self._message))
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="decode")
        self._own = threading.local()
        self._running: set[Child] = set()
        self._closed = False
        self._answered = False
        self._lost = 0
        self.restarts = 0
        self.start_seconds = 0.0

    def start(self, count: int) -> None:
        """Start at most ``count`` of the processes, while jobs are made ready for them; any other starts at need."""
        for _ in range(min(count, self.workers)):
            self._threads.submit(self._child)  # what fails here fails again where it is needed

    def submit(self, jobs: Sequence[Job]) -> "Future[list[Result]]":
        """Return the future results of ``jobs``, in their order."""
        return self._threads.submit(self._run, jobs)

    def finish(self) -> None:
        """Say that no more jobs come: each process ends as soon as none is left for it."""
        for _ in range(self.workers):
            self._threads.submit(self._dismiss)

    def close(self) -> None:
        """End all processes; jobs not yet begun are forgotten."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in list(self._running):
            child.send_kill()  # all of them, as each takes a moment to end
        self._threads.shutdown(wait=True)
        while self._running:
            self._running.pop().close()
        self._opened.close()

    def _run(self, jobs: Sequence[Job]) -> list[Result]:
        results: list[Result] = []
        try:
            self._attempt(jobs, results)
            self._answered = True
        except Stopped as stop:
            unfinished = jobs[len(results) :]
            for number, job in enumerate(unfinished):
                together = stop.place == TOGETHER
                suspects = _texts(job, self._setup, stop.step) if together else [(stop.place, stop.step)]
                results.append(self._alone(job, suspects if together or (number == 0 and stop.at_value) else ()))
        return results

    def _alone(self, job: Job, suspects: Iterable[_Suspect]) -> Result:
        """Return the result of one job; what a process has stopped over twice has the fault for an answer."""
        strikes = Counter(suspects)
        given_up: dict[_Suspect, Fault] = {}
        idle = 0
        while True:
            rest = _Rest(job, given_up, self._setup)
            results: list[Result] = []
            try:
                if rest.job.values:
                    self._attempt([rest.job], results)
            except Stopped as stop:
                if not results and not stop.at_value:
                    idle += 1
                    if idle >= _IDLE_DEATHS:
                        raise WorkerError(
                            f"worker processes end before they do anything: {stop.fault.message}"
                        ) from stop
                elif not results:
                    place = rest.place(stop.place)
                    strikes[place, stop.step] += 1
                    if _count(strikes, place) >= (_OUTSIDE_STRIKES if stop.outside else _STRIKES):
                        self._give_up(place, stop, given_up, whole=_count(strikes, place) > strikes[place, stop.step])
                    continue
            if results or not rest.job.values:
                self._answered |= not given_up
                return rest.answered(results[0] if results else Result([]))

    def _give_up(self, place: int, stop: Stopped, given_up: dict[_Suspect, Fault], *, whole: bool) -> None:
        """Give up a step at a place, or the whole value."""
        bound = self._setup.bound[stop.step] if stop.step != DECODE else None
        named = Fault(stop.fault.reason, f"{bound.step}: {stop.fault.message}" if bound else stop.fault.message)
        given_up[place, DECODE if whole else stop.step] = named
        self._lost += 1
        if self._lost >= _ALL_LOST and not self._answered:
            raise WorkerError(
                f"the first {self._lost} values each ended two worker processes, the last of them like this: "
                f"{named.message}"
            )

    def _attempt(self, jobs: Sequence[Job], results: list[Result]) -> None:
        """Add the results of ``jobs`` to ``results`` as they come; raise Stopped where the process ends before."""
        child = self._child()
        try:
            child.answer(jobs, results, seconds=self._setup.limits.seconds, heard=self._heard)
        except Stopped as stop:
            self._heard()
            self._running.discard(child)
            self._own.child = None
            child.close()
            if self._closed:
                raise WorkerError("the pool of workers was closed") from stop
            self.restarts += 1
            row = jobs[len(results)].row if len(results) < len(jobs) else None
            _LOG.info("a worker process is replaced: at row %s, %s", row, stop.fault.message)
            raise

    def _dismiss(self) -> None:
        """End the process of this thread, if it has one."""
        child: Child | None = getattr(self._own, "child", None)
        if child is not None:
            self._own.child = None
            self._running.discard(child)
            child.close()

    def _child(self) -> Child:
        """Return the process of this thread, a new one where it has none.

        Raises WorkerError where there will be none, as what was started has ended before it did anything.
        """
        child: Child | None = getattr(self._own, "child", None)
        if child is not None:
            return child
        for _ in range(_IDLE_DEATHS):
            begun = time.perf_counter()
            made = Child(self._server, unwanted=lambda: self._closed)
            self._running.add(made)
            if self._closed:
                made.kill()
            if made.start(self._message):
                self._own.child = made
                if not self.restarts:
                    self.start_seconds = max(self.start_seconds, time.perf_counter() - begun)
                return made
            self._running.discard(made)
            made.close()
        raise WorkerError(
            "worker processes are killed before they do anything, as the system does where memory is short"
        )


def _count(strikes: Mapping[_Suspect, int], place: int) -> int:
    """Return how often processes have stopped at a place, in whatever step."""
    return sum(count for (at, _), count in strikes.items() if at == place)


def _texts(job: Job, setup: Setup, step: int) -> list[_Suspect]:
    """Return the texts of a job as suspects, when a step stopped over the texts of several jobs."""
    return [(place, step) for place, value in enumerate(job.values) if not setup.modalities[value.field].decode]


def _unmended(
    job: Job, given_up: Mapping[_Suspect, Fault], lost: Mapping[int, Fault], setup: Setup
) -> Iterator[tuple[_Suspect, Fault]]:
    """Yield the repairs of pairs that are not to be tried: given up themselves, or with the value they look at."""
    for step in setup.pair_repairs:
        left, right = setup.bound[step].fields[0], setup.bound[step].partner
        gone = [lost[place] for place, value in enumerate(job.values) if value.field == right and place in lost]
        for place in (place for place, value in enumerate(job.values) if value.field == left):
            if (place, step) in given_up or gone:
                yield (place, step), given_up.get((place, step)) or gone[0]


class _Rest:
    """What is left of a job without what was given up of it: values, and pairs of them."""

    def __init__(self, job: Job, given_up: dict[_Suspect, Fault], setup: Setup) -> None:
        self._whole = job
        self._given_up = given_up
        self._repairs = repairs = {place for several in setup.repairs.values() for place in several}
        # Without a repair the value is not what later steps would see: it is given up as a whole.
        self._lost = {at: fault for (at, step), fault in given_up.items() if step == DECODE or step in repairs}
        self._unmended = dict(_unmended(job, given_up, self._lost, setup))
        self._values = [place for place in range(len(job.values)) if place not in self._lost]
        self._moved = {old: new for new, old in enumerate(self._values)}
        self._pairs = [
            number
            for number, pair in enumerate(job.pairs, start=len(job.values))
            if pair.left in self._moved and pair.right in self._moved and not any(at == number for at, _ in given_up)
        ]
        self.job = Job(
            job.row,
            [self._value(place) for place in self._values],
            [self._pair(n) for n in self._pairs],
            {(self._moved[at], step): fault for (at, step), fault in self._unmended.items() if at in self._moved},
            job.spans,
        )

    def place(self, place: int) -> int:
        """Return the place in the whole job of a place in what is left of it."""
        return [*self._values, *self._pairs][place]

    def answered(self, result: Result) -> Result:
        """Return the result of the whole job from that of the rest."""
        answers = [self._refused(place) for place in range(len(self._whole.values))]
        for place, answer in zip(self._values, result.answers, strict=True):
            answer.found.update(answers[place].found)
            answers[place] = answer
        found = dict(zip(self._pairs, result.pairs, strict=True))
        pairs: list[Any] = [
            found[number] if number in found else self._why(number, pair)
            for number, pair in enumerate(self._whole.pairs, start=len(self._whole.values))
        ]
        return Result(answers=answers, pairs=pairs)

    def _value(self, place: int) -> Value:
        value = self._whole.values[place]
        wanted = tuple(step for step in value.wanted if (place, step) not in self._given_up)
        return Value(value.field, value.item, value.content, wanted)

    def _pair(self, number: int) -> Pair:
        pair = self._whole.pairs[number - len(self._whole.values)]
        return Pair(pair.bound, pair.item, self._moved[pair.left], self._moved[pair.right])

    def _refused(self, place: int) -> Answer:
        """Return the answer to a value that was given up, as a whole or in some steps."""
        steps = {step: fault for (at, step), fault in self._given_up.items() if at == place and step != DECODE}
        lost = self._lost.get(place)
        if lost is None or steps.keys() & self._repairs & {*self._whole.values[place].wanted}:
            return Answer(decoded=lost is not None, found=dict(steps))
        return Answer(fault=lost, decoded=True)

    def _why(self, number: int, pair: Pair) -> Fault:
        own = [fault for (at, _), fault in self._given_up.items() if at == number]
        return own[0] if own else self._lost.get(pair.left) or self._lost[pair.right]
