"""What becomes of a work unit in the map: the facts workers found, who is spared, what encoders make of the rest."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bindings, Bound
from mmhub.decide.rules import failing
from mmhub.dtypes import ARROW
from mmhub.encoding.batches import Batches
from mmhub.facts import Facts
from mmhub.faults import Fault
from mmhub.measuring.failing import Failing
from mmhub.measuring.feed import WorkUnit
from mmhub.measuring.pace import Progress, Tally
from mmhub.measuring.seen import Seen
from mmhub.operators import Rule
from mmhub.records import Records
from mmhub.units import Units, places_of
from mmhub.workers.jobs import Answer, Job, Repaired, Result, Value

_GROUP = 64
"""Units judged at a time: enough to fill a batch, few enough for encoders to begin early."""


class Gather:
    """The records of one work unit, filled as its results come in."""

    def __init__(
        self,
        bindings: Bindings,
        units: Units,
        facts: Facts,
        unit: WorkUnit,
        records: Mapping[str, Records],
        made: Callable[[Bound], Batches[tuple[int, bytes]]],
        encoded: Seen,
        failing: Failing,
        tally: Tally,
    ) -> None:
        self._bindings, self._units, self._facts, self._tally = bindings, units, facts, tally
        self._unit, self._records, self._encoded = unit, records, encoded
        self._place = {int(row): n for n, row in enumerate(unit.rows)}
        self._fresh: dict[tuple[str, int], Any] = {}
        self._views: dict[int, list[tuple[Bound, bytes, Any]]] = {}
        self._lost: dict[int, str] = {}
        self._batches: dict[str, Batches[tuple[int, bytes]]] = {}
        self._made, self._failing = made, failing

    def table(self, progress: Progress) -> pa.Table:
        """Return, for every step asked, the records of each unit, when all results are in and encoded."""
        done = len(self._unit.rows) - sum(map(len, self._unit.jobs))
        waiting: list[int] = []
        for jobs, future in zip(self._unit.jobs, self._unit.results, strict=True):
            for job, result in zip(jobs, future.result(), strict=True):
                self._note(self._place[job.row], job, result)
                waiting.append(self._place[job.row])
            done += len(jobs)
            if len(waiting) >= _GROUP:
                self._judge(waiting)
                waiting = []
            progress(replace(self._tally, units=self._tally.units + done))
        self._judge(waiting)
        for name, batches in self._batches.items():
            self._keep(name, batches.rest())
        return pa.table({name: each.column(len(self._unit.rows)) for name, each in self._records.items()})

    def _note(self, place: int, job: Job, result: Result) -> None:
        """Note what a worker found of one unit."""
        for value, answer in zip(job.values, result.answers, strict=True):
            self._tally.decoded += answer.decoded
            for bound, found in self._found(value, answer):
                self._record(bound, place, value.item, found)
            views = ((self._bindings.bound[n], view) for n, view in answer.views.items())
            keyed = ((bound, self._key(bound, value.item), view) for bound, view in views)
            self._views.setdefault(place, []).extend(keyed)
        for pair, found in zip(job.pairs, result.pairs, strict=True):
            self._record(self._bindings.bound[pair.bound], place, pair.item, found)

    def _key(self, bound: Bound, item: int) -> bytes:
        return bytes(self._facts[bound.name].subjects.keys[item])

    def _record(self, bound: Bound, place: int, item: int, found: Any) -> None:
        self._failing.note(bound, found)
        self._records[bound.name].add(place, self._key(bound, item), found)
        self._fresh[bound.name, item] = found
        if isinstance(found, Fault):
            self._lost.setdefault(place, found.reason)

    def _found(self, value: Value, answer: Answer) -> Iterator[tuple[Bound, Any]]:
        """Yield what was found of a value by step; a fault of the value itself belongs to its decoding, where asked."""
        wanted = [(n, self._bindings.bound[n]) for n in value.wanted]
        decoding = [bound for _, bound in wanted if bound.kind == "decode"]
        if answer.fault:
            yield from ((bound, answer.fault) for bound in decoding or [bound for _, bound in wanted])
            return
        yield from ((bound, ()) for bound in decoding)
        yield from ((bound, answer.found[n]) for n, bound in wanted if n in answer.found)

    def _judge(self, places: list[int]) -> None:
        """Send on to the encoders what neither a fault nor an absolute rule costs; keep the vectors that are ready."""
        spared = self._spared(np.asarray(sorted(places), dtype=np.int64))
        asked: dict[str, list[tuple[Bound, int, bytes, Any]]] = defaultdict(list)
        for place in places:
            for bound, key, view in self._views.pop(place, ()):
                if place not in spared:
                    asked[bound.key].append((bound, place, key, view))
        for purpose, several in asked.items():
            keys = np.frombuffer(b"".join(key for _, _, key, _ in several), dtype=np.uint8).reshape(-1, 32)
            for n in np.flatnonzero(self._encoded.new(purpose, keys)).tolist():
                bound, place, key, view = several[n]
                self._batches_of(bound).add((place, key), view, key=key)
        for name, batches in self._batches.items():
            self._keep(name, batches.full())

    def _batches_of(self, bound: Bound) -> "Batches[tuple[int, bytes]]":
        if bound.name not in self._batches:
            self._batches[bound.name] = self._made(bound)
        return self._batches[bound.name]

    def _keep(self, name: str, vectors: Iterator[tuple[tuple[int, bytes], np.ndarray | Fault]]) -> None:
        bound = self._bindings.named(name)
        for (place, key), vector in vectors:
            self._failing.note(bound, vector)
            self._records[name].add(place, key, vector)
            self._tally.encoded += 1

    def _spared(self, places: np.ndarray) -> set[int]:
        """Return which units a fault or an absolute rule costs, and count them by reason."""
        lost = {place: self._lost[place] for place in places.tolist() if place in self._lost}
        self._tally.losses.update(lost.values())
        spared = np.isin(places, list(lost))
        rows = self._unit.rows[places]
        for bound in self._bindings.measured:
            rules = [rule for rule in bound.rules if isinstance(rule, Rule) and rule.relative is None]
            if not rules:
                continue
            known = self._facts[bound.name]
            here = places_of(known.subjects.rows, rows)
            owners = np.searchsorted(rows, known.subjects.rows[here])
            for rule in rules:
                failed = failing(rule, self._column(bound, here, rule.fact), owners, len(rows))
                if newly := int((failed & ~spared).sum()):
                    self._tally.losses[rule.reason] += newly
                spared |= failed
        return set(places[spared].tolist())

    def _column(self, bound: Bound, here: np.ndarray, fact: str) -> pa.Array:
        """Return a fact of some subjects: as it was known before, or as it has just been found."""
        known = self._facts[bound.name]
        values: list[Any] = [None] * len(here)
        if fact in known.blocks.table.column_names:
            values = known.blocks.take(known.positions[here], [fact])[fact].to_pylist()
        place = [each.name for each in bound.facts].index(fact)
        for n, item in enumerate(here.tolist()):
            found = self._fresh.get((bound.name, item))
            if found is not None:
                facts = found.facts if isinstance(found, Repaired) else found
                values[n] = None if isinstance(found, Fault) else facts[place]
        return pa.array(values, ARROW[bound.facts[place].dtype])
