"""What workers are given, ahead of the map: the values of each work unit of which something is lacking."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from mmhub.binding.bound import Bindings, Bound
from mmhub.blocks import ABSENT
from mmhub.facts import REASON, Facts, meet, partners
from mmhub.measuring.pace import Pace
from mmhub.measuring.seen import Seen
from mmhub.plan import Plan
from mmhub.sources.stamps import read_keys
from mmhub.units import Units, places_of
from mmhub.workers.jobs import Job, Pair, Result, Value
from mmhub.workers.pool import Pool

_MESSAGES = 16
"""How many messages each worker is given of a work unit at the least."""


@dataclass
class WorkUnit:
    """Units under way: their rows, and the jobs workers have been given, in messages."""

    rows: np.ndarray
    jobs: list[list[Job]]
    results: list["Future[list[Result]]"]


class Feed:
    """Gives workers the values of one work unit after another; it remembers which values they already have."""

    def __init__(self, bindings: Bindings, units: Units, plan: Plan, facts: Facts, pace: Pace, pool: Pool) -> None:
        self._units, self._plan, self._facts, self._pace, self._pool = units, plan, facts, pace, pool
        self._bindings = bindings
        self._asked = bindings.measured
        self._place = {bound.name: bindings.bound.index(bound) for bound in self._asked}
        self._beside = {bound.fields[0]: bound.beside for bound in bindings.of_kind("repair") if bound.beside}
        self._seen = Seen()

    def give(self, rows: np.ndarray) -> WorkUnit:
        """Read the keys of new files among the units ``rows``, and give workers what is lacking."""
        for name, items in self._units.items.items():
            here = items.of_rows(rows)
            new = here[~items.known[here]]
            if len(new):
                read_keys(items, new, threads=self._pace.workers)
                self._meet(name, new)
        for name, items in self._units.items.items():
            self._claim(name, items.of_rows(rows))
        jobs = [job for row in rows.tolist() if (job := self._job(row)) is not None]
        # Few jobs go out in small messages, so that the workers end at about the same time.
        size = min(self._pace.chunk_rows, max(1, len(jobs) // (_MESSAGES * self._pace.workers)))
        chunks = [jobs[start : start + size] for start in range(0, len(jobs), size)]
        return WorkUnit(rows, chunks, [self._pool.submit(chunk) for chunk in chunks])

    def _meet(self, name: str, new: np.ndarray) -> None:
        """Look up values whose keys have just become known: they may be old acquaintances under a new path."""
        gone = np.isin(new, list(self._units.items[name].faults))
        for bound in self._asked:
            if name in (*bound.fields, *bound.beside):
                touched = self._touched(bound, name, new)
                self._want(bound, touched)
                if bound.fields == (name,):
                    self._plan.wanted[bound.name][new[gone]] = False
        self._forget_undecodable(name, new)

    def _claim(self, name: str, here: np.ndarray) -> None:
        """Want nothing of values that an earlier unit holds as well, and has been asked for."""
        # An encoder is spared for units that are lost, so the first to hold a value need not be encoded.
        steps = [each for each in self._asked if each.fields == (name,) and each.kind != "encode"]
        for beside in dict.fromkeys(each.beside for each in steps):
            self._claim_for([each for each in steps if each.beside == beside], here)

    def _claim_for(self, steps: Sequence[Bound], here: np.ndarray) -> None:
        """Do so for steps whose facts of a value have the same key."""
        about = self._facts[steps[0].name].subjects
        asked = np.stack([self._plan.wanted[each.name][here] & about.known[here] for each in steps])
        for pattern in np.unique(asked, axis=1).T:
            alike = here[(asked == pattern[:, None]).all(axis=0)]
            of = [each for each, wanted in zip(steps, pattern, strict=True) if wanted]
            fresh = self._seen.new(" ".join(each.key for each in of), about.keys[alike]) if of else False
            for each in of:
                self._plan.wanted[each.name][alike] = fresh

    def _touched(self, bound: Bound, name: str, new: np.ndarray) -> np.ndarray:
        """Return the subjects of a step that hold or look at any of the items ``new``, with joint keys filled in."""
        if bound.fields == (name,) and not bound.beside:
            return new
        about = self._facts[bound.name].subjects
        if name in bound.fields:
            touched = np.flatnonzero(np.isin(about.left if bound.fields[0] == name else about.right, new))
        else:
            touched = places_of(about.rows, np.unique(self._units.items[name].rows[new]))
        meet(about, bound, self._units, touched)
        return touched

    def _want(self, bound: Bound, touched: np.ndarray) -> None:
        known = self._facts[bound.name]
        known.look_up(touched)
        lacking = known.positions[touched] == ABSENT
        if bound.kind == "encode":
            lacking &= ~self._plan.spared[known.subjects.rows[touched]]
        self._plan.wanted[bound.name][touched] = lacking

    def _forget_undecodable(self, name: str, new: np.ndarray) -> None:
        """Want nothing of values already known not to decode."""
        for bound in self._bindings.of_kind("decode"):
            known = self._facts[bound.name]
            if bound.fields != (name,) or REASON not in known.blocks.table.column_names:
                continue
            reasons = known.blocks.take(known.positions[new], [REASON])[REASON]
            faulty = new[np.asarray(reasons.is_valid())]
            for each in self._asked:
                if each.fields == (name,):
                    self._plan.wanted[each.name][faulty] = False
                elif name in each.beside:
                    rows = self._units.items[name].rows[faulty]
                    self._plan.wanted[each.name][places_of(self._facts[each.name].subjects.rows, rows)] = False

    def _job(self, row: int) -> Job | None:
        """Return what is lacking of one unit, or nothing."""
        values: list[Value] = []
        places: dict[tuple[str, int], int] = {}
        for name, items in self._units.items.items():
            start, end = np.searchsorted(items.rows, (row, row + 1))
            for item in range(int(start), int(end)):
                if wanted := self._wanted(name, item):
                    places[name, item] = len(values)
                    values.append(Value(name, item, items.value(item), wanted))
        several = (bound for bound in self._asked if bound.kind == "pair")
        pairs = [pair for bound in several for pair in self._pairs(bound, row, values, places)]
        self._add_partners(row, values, places)
        return Job(row, values, pairs) if values else None

    def _add_partners(self, row: int, values: list[Value], places: dict[tuple[str, int], int]) -> None:
        """Add the values which repairs look at to mend others of the same job."""
        for value in values:
            for name in self._beside.get(value.field, ()):
                items = self._units.items[name]
                (item,) = partners(items, np.array([row])).tolist()
                if item != ABSENT and (name, item) not in places and item not in items.faults:
                    places[name, item] = len(values)
                    values.append(Value(name, item, items.value(item), ()))

    def _wanted(self, name: str, item: int) -> tuple[int, ...]:
        """Return the steps that lack facts of a value, and that no other unit has asked of it before."""
        items = self._units.items[name]
        if item in items.faults or not items.known[item]:
            return ()
        return tuple(
            self._place[bound.name]
            for bound in self._asked
            if bound.fields == (name,)
            and self._plan.wanted[bound.name][item]
            and self._facts[bound.name].subjects.known[item]
        )

    def _pairs(self, bound: Bound, row: int, values: list[Value], places: dict[tuple[str, int], int]) -> Iterator[Pair]:
        about = self._facts[bound.name].subjects
        start, end = np.searchsorted(about.rows, (row, row + 1))
        for n in range(int(start), int(end)):
            if not (self._plan.wanted[bound.name][n] and about.known[n]):
                continue
            sides = []
            for name, item in zip(bound.fields, (int(about.left[n]), int(about.right[n])), strict=True):
                items = self._units.items[name]
                if item in items.faults:
                    break
                if (name, item) not in places:
                    places[name, item] = len(values)
                    values.append(Value(name, item, items.value(item), ()))
                sides.append(places[name, item])
            if len(sides) == 2:
                yield Pair(self._place[bound.name], n, sides[0], sides[1])
