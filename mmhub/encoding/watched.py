"""A process that encodes values at which a build may end: the build watches it, and what ends it costs its own row."""

import logging
import pickle
import resource
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from mmhub.binding.bound import Bound
from mmhub.encoding.exhausted import make_room
from mmhub.encoding.passes import Passes
from mmhub.errors import MmhubError, WorkerError
from mmhub.faults import Fault
from mmhub.operators import Model
from mmhub.workers.child import Child, Stopped
from mmhub.workers.interpreter import Interpreter
from mmhub.workers.jobs import Limits
from mmhub.workers.mark import Mark

_LOG = logging.getLogger(__name__)
_SECONDS = 600.0
"""How long one value may take: a pass may be slow on a CPU."""
_STRIKES = 2
"""How often a value ends the process before it is given up."""


def _as_here() -> Limits:
    """Return limits that leave a process the memory which this one may have."""
    return Limits(_SECONDS, resource.getrlimit(resource.RLIMIT_DATA)[0])


@dataclass(frozen=True)
class _Setup:
    """What the process knows before its first view: a step, and how its model is had."""

    bound: Bound
    model: Callable[[Bound], Model]
    limits: Limits = field(default_factory=_as_here)

    def begin(self, mark: Mark) -> "_Work":
        """Return what the process does, once its model is loaded."""
        return _Work(Passes(self.bound, self.model(self.bound), pickle.loads), mark)


@dataclass(frozen=True)
class _Work:
    """Views through the model, those of a job together; ``mark`` says at any time which job it is at."""

    passes: Passes
    mark: Mark

    def run(self, jobs: Sequence[Sequence[bytes]]) -> Iterator[list[np.ndarray | Fault]]:
        """Yield the vector of each view of a job, or why it has none."""
        for number, views in enumerate(jobs):
            self.mark.begin(number, 0)
            try:
                found = self.passes.of_views(views)
            except MmhubError as error:
                found = [Fault("out-of-memory", str(error))] * len(views)
            yield found
            self.mark.rest()


class Watched:
    """A process that encodes values of one step, and is replaced whenever one of them has ended it.

    ``model`` loads the model in the process. What it says of a value is believed once it has encoded any: it may be
    the process that is at fault.
    """

    def __init__(self, bound: Bound, model: Callable[[Bound], Model], *, batch_size: int) -> None:
        self._setup, self._size = _Setup(bound, model), batch_size
        self._child: Child | None = None
        self._proven = self._failed = False

    def vectors(self, views: Sequence[bytes]) -> list[np.ndarray | Fault | None]:
        """Return the vector of each pickled view, why it has none, or None where the build must find that out.

        Views are encoded in batches; each of one that has ended the process is then alone, and has no vector where it
        ends it twice, or takes too long. Where the process does not start, or something else may have ended it, such as
        the system where memory is short, nothing is known of the views that are left.
        """
        found: list[np.ndarray | Fault | None] = [None] * len(views)
        left = [list(range(len(views)))[start : start + self._size] for start in range(0, len(views), self._size)]
        strikes = Counter[int]()
        while left:
            answers: list[list[np.ndarray | Fault]] = []
            stop = self._attempt([[views[place] for place in places] for places in left], answers)
            for places, answer in zip(left, answers, strict=False):
                self._note(places, answer, found)
            left = left[len(answers) :]
            if not left or stop is None or not self._tells(stop, left[0]):
                break
            culprits = left.pop(0)
            strikes.update(culprits if len(culprits) == 1 else ())
            if strikes[culprits[0]] == _STRIKES:
                found[culprits[0]] = self._given_up(stop.fault)
            else:
                left += [[place] for place in culprits]
        return found if self._proven else [None] * len(views)

    def close(self) -> None:
        """End the process."""
        if self._child:
            self._child.close()
        self._child = None

    def _note(
        self, places: Sequence[int], answer: Sequence[np.ndarray | Fault], found: list[np.ndarray | Fault | None]
    ) -> None:
        """Note the vectors of a job. What else is wrong with a value ends no process: the build itself will say."""
        for place, each in zip(places, answer, strict=True):
            if isinstance(each, np.ndarray):
                found[place] = each
                self._proven = True

    def _attempt(self, jobs: Sequence[Sequence[bytes]], answers: list[list[np.ndarray | Fault]]) -> Stopped | None:
        """Add the answers of the process to ``answers``; return how it stopped, or None where it did not."""
        if self._child is None and not self._failed:
            self._start()
        if self._child is None:
            return None
        try:
            self._child.answer(jobs, answers, seconds=self._setup.limits.seconds)
        except Stopped as stop:
            self.close()
            return stop
        return None

    def _start(self) -> None:
        """Start the process. Where that fails, it is not tried again."""
        make_room()
        self._failed = True
        try:
            self._child = Child(Interpreter(), unwanted=lambda: False)
            self._failed = not self._child.start(pickle.dumps(self._setup))
        except WorkerError as error:
            _LOG.warning("values of %s are tried in the build itself: %s", self._setup.bound.step, error)
        if self._failed:
            self.close()

    def _tells(self, stop: Stopped, culprits: Sequence[int]) -> bool:
        """Whether it is a value that has stopped the process; one that has encoded nothing yet may just be slow."""
        slow = stop.fault.reason == "timeout" and len(culprits) == 1 and not self._proven
        return stop.at_value and not stop.outside and not slow

    def _given_up(self, fault: Fault) -> Fault:
        return Fault(
            fault.reason,
            f"{self._setup.bound.step}: it stopped a process in which it was tried alone, twice: {fault.message}",
        )
