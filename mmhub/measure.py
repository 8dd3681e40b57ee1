"""The fused pass: one `Dataset.map` per work unit, over units whose values worker processes decode ahead of it."""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub import encode
from mmhub.blocks import ABSENT
from mmhub.bound import Bindings, Bound
from mmhub.decide.rules import failing
from mmhub.engines.devices import device
from mmhub.engines.shares import Share
from mmhub.facts import REASON, Facts, blocks_of
from mmhub.operators import Rule
from mmhub.plan import Plan
from mmhub.records import Records, as_block, schema
from mmhub.sources.stamps import read_keys
from mmhub.store import Store
from mmhub.units import Fault, Units
from mmhub.workers.jobs import Answer, Job, Limits, Pair, Result, Setup, Value
from mmhub.workers.pool import Pool

_AHEAD = 2
"""Work units that workers decode while one is being encoded."""


@dataclass(frozen=True)
class Pace:
    """How the pass is cut: units per work unit, units per message to a worker, worker processes."""

    unit_rows: int = 512
    chunk_rows: int = 8
    workers: int = 2
    limits: Limits = field(default_factory=Limits)


@dataclass
class Tally:
    """What the pass has done so far; ``losses`` counts, by reason, units that faults and absolute rules cost."""

    units: int = 0
    decoded: int = 0
    encoded: int = 0
    restarts: int = 0
    losses: Counter[str] = field(default_factory=Counter)


Progress = Callable[[Tally], None]


def measure(
    bindings: Bindings,
    units: Units,
    plan: Plan,
    facts: Facts,
    store: Store,
    *,
    share: Share,
    pace: Pace,
    progress: Progress,
) -> Tally:
    """Find out and keep what ``plan`` says is lacking of the units in ``share``; return what was done."""
    tally = Tally()
    if not len(plan.units):
        return tally
    pool = Pool(_setup(bindings, pace.limits), workers=pace.workers)
    try:
        fused = _Pass(bindings, units, plan, facts, store, pace, pool, tally)
        waiting: deque[_WorkUnit] = deque()
        for rows in share.take():
            waiting.append(fused.feed(rows))
            if len(waiting) > _AHEAD:
                fused.finish(waiting.popleft(), share, progress)
        while waiting:
            fused.finish(waiting.popleft(), share, progress)
    finally:
        pool.close()
        tally.restarts = pool.restarts
    return tally


def _setup(bindings: Bindings, limits: Limits) -> Setup:
    repairs = {
        name: tuple(bindings.bound.index(each) for each in bindings.repairs(name)) for name in bindings.modalities
    }
    return Setup(bindings.bound, dict(bindings.modalities), repairs, limits)


@dataclass
class _WorkUnit:
    """Units under way: their rows, and the jobs workers have been given."""

    rows: np.ndarray
    jobs: list[list[Job]]
    results: list["Future[list[Result]]"]


class _Pass:
    """The state of one pass over what a plan lacks."""

    def __init__(
        self,
        bindings: Bindings,
        units: Units,
        plan: Plan,
        facts: Facts,
        store: Store,
        pace: Pace,
        pool: Pool,
        tally: Tally,
    ) -> None:
        self.bindings, self.units, self.plan, self.facts = bindings, units, plan, facts
        self.store, self.pace, self.pool, self.tally = store, pace, pool, tally
        self.asked = [bound for bound in bindings.bound if bound.of is None]
        self.place = {bound.name: bindings.bound.index(bound) for bound in self.asked}
        self.claimed: set[tuple[str, bytes]] = set()
        self.encoded: set[tuple[str, bytes]] = set()
        self.models: dict[str, Any] = {}

    # -- ahead of the map ------------------------------------------------------------------------------------

    def feed(self, rows: np.ndarray) -> _WorkUnit:
        """Read the keys of new files among ``rows``, and give workers what is lacking."""
        for name, items in self.units.items.items():
            here = items.of_rows(rows)
            new = here[~items.known[here]]
            if len(new):
                read_keys(items, new, threads=self.pace.workers)
                self._meet(name, new)
        jobs = [job for row in rows.tolist() if (job := self._job(row)) is not None]
        size = self.pace.chunk_rows
        chunks = [jobs[start : start + size] for start in range(0, len(jobs), size)]
        return _WorkUnit(rows, chunks, [self.pool.submit(chunk) for chunk in chunks])

    def _meet(self, name: str, new: np.ndarray) -> None:
        """Look up values whose keys have just become known: they may be old acquaintances under a new path."""
        items = self.units.items[name]
        gone = np.isin(new, list(items.faults))
        for bound in self.asked:
            if name not in bound.fields:
                continue
            known = self.facts[bound.name]
            about = known.subjects
            if len(bound.fields) == 1:
                touched = new
            else:
                side = about.left if bound.fields[0] == name else about.right
                touched = np.flatnonzero(np.isin(side, new))
                self._pair_keys(bound, touched)
            known.positions[touched] = np.where(
                about.known[touched], known.blocks.positions(about.keys[touched]), ABSENT
            )
            lacking = known.positions[touched] == ABSENT
            if bound.kind == "encode":
                lacking &= ~self.plan.spared[about.rows[touched]]
            self.plan.wanted[bound.name][touched] = lacking
        for bound in self.asked:
            if bound.fields == (name,):
                self.plan.wanted[bound.name][new[gone]] = False
        self._forget_undecodable(name, new)

    def _pair_keys(self, bound: Bound, touched: np.ndarray) -> None:
        about = self.facts[bound.name].subjects
        first, second = (self.units.items[name] for name in bound.fields)
        for n in touched.tolist():
            left, right = about.left[n], about.right[n]
            about.known[n] = first.known[left] and second.known[right]
            if about.known[n]:
                digest = hashlib.sha256(first.keys[left].tobytes() + second.keys[right].tobytes()).digest()
                about.keys[n] = np.frombuffer(digest, dtype=np.uint8)

    def _forget_undecodable(self, name: str, new: np.ndarray) -> None:
        """Want nothing of values already known not to decode."""
        for bound in self.bindings.of_kind("decode"):
            if bound.fields == (name,):
                known = self.facts[bound.name]
                if REASON in known.blocks.table.column_names:
                    reasons = known.blocks.take(known.positions[new], [REASON])[REASON]
                    faulty = new[np.asarray(reasons.is_valid())]
                    for each in self.asked:
                        if each.fields == (name,):
                            self.plan.wanted[each.name][faulty] = False

    def _job(self, row: int) -> Job | None:
        """Return what is lacking of one unit, or nothing."""
        values: list[Value] = []
        places: dict[tuple[str, int], int] = {}
        for name, items in self.units.items.items():
            start, end = np.searchsorted(items.rows, (row, row + 1))
            for item in range(int(start), int(end)):
                wanted = self._wanted(name, item)
                if wanted:
                    places[name, item] = len(values)
                    values.append(Value(name, item, items.value(item), wanted))
        pairs = [
            pair for bound in self.asked if bound.kind == "pair" for pair in self._pairs(bound, row, values, places)
        ]
        return Job(row, values, pairs) if values else None

    def _wanted(self, name: str, item: int) -> tuple[int, ...]:
        items = self.units.items[name]
        if item in items.faults or not items.known[item]:
            return ()
        key = items.keys[item].tobytes()
        wanted = []
        for bound in self.asked:
            if bound.fields == (name,) and self.plan.wanted[bound.name][item]:
                # A value that several units share is measured for the first of them.
                if bound.kind != "encode":
                    if (bound.key, key) in self.claimed:
                        continue
                    self.claimed.add((bound.key, key))
                wanted.append(self.place[bound.name])
        return tuple(wanted)

    def _pairs(self, bound: Bound, row: int, values: list[Value], places: dict[tuple[str, int], int]) -> Iterator[Pair]:
        about = self.facts[bound.name].subjects
        start, end = np.searchsorted(about.rows, (row, row + 1))
        for n in range(int(start), int(end)):
            if not self.plan.wanted[bound.name][n]:
                continue
            sides = []
            for name, item in zip(bound.fields, (int(about.left[n]), int(about.right[n])), strict=True):
                items = self.units.items[name]
                if item in items.faults:
                    break
                if (name, item) not in places:
                    places[name, item] = len(values)
                    values.append(Value(name, item, items.value(item), ()))
                sides.append(places[name, item])
            if len(sides) == 2:
                yield Pair(self.place[bound.name], n, sides[0], sides[1])

    # -- the map ---------------------------------------------------------------------------------------------

    def finish(self, unit: _WorkUnit, share: Share, progress: Progress) -> None:
        """Map one work unit, keep what it found, and say so."""
        before = replace(self.tally)
        from datasets import Dataset, Features

        records = {bound.name: Records(self._schema(bound)) for bound in self.asked if self._is_asked(bound, unit.rows)}
        kinds = pa.schema([(name, pa.list_(_storable(each.schema))) for name, each in records.items()])
        fingerprint = self._fingerprint(unit.rows)
        cache = self.store.facts / f".{fingerprint}.arrow"
        try:
            with _quiet():
                found = Dataset(pa.table({"unit": unit.rows})).map(
                    lambda batch: self._answers(unit, records),
                    batched=True,
                    batch_size=len(unit.rows),
                    remove_columns=["unit"],
                    features=Features.from_arrow_schema(kinds),
                    new_fingerprint=fingerprint,
                    cache_file_name=str(cache),
                    load_from_cache_file=False,
                )
            table = found.data.table
            for name, each in records.items():
                blocks_of(self.bindings.named(name), self.store).append(as_block(table[name], each.schema))
        finally:
            cache.unlink(missing_ok=True)
        self.tally.units += len(unit.rows)
        share.done(unit.rows, decoded=self.tally.decoded - before.decoded, encoded=self.tally.encoded - before.encoded)
        progress(self.tally)

    def _is_asked(self, bound: Bound, rows: np.ndarray) -> bool:
        wanted = self.plan.wanted[bound.name]
        return bool(np.isin(self.facts[bound.name].subjects.rows[wanted], rows).any())

    def _answers(self, unit: _WorkUnit, records: dict[str, Records]) -> pa.Table:
        """Return, for every step, the records of each unit: what workers found, then what encoders make of it."""
        place = {int(row): n for n, row in enumerate(unit.rows)}
        fresh: dict[tuple[str, int], Any] = {}
        views: dict[str, list[tuple[int, int, bytes, Any]]] = {}
        lost: dict[int, str] = {}
        for jobs, future in zip(unit.jobs, unit.results, strict=True):
            for job, result in zip(jobs, future.result(), strict=True):
                self._note(place[job.row], job, result, records, fresh, views, lost)
        spared = self._spared(unit.rows, fresh, lost)
        for name, several in views.items():
            self._encode(self.bindings.named(name), several, spared, records[name])
        return pa.table({name: each.column(len(unit.rows)) for name, each in records.items()})

    def _note(
        self,
        row: int,
        job: Job,
        result: Result,
        records: dict[str, Records],
        fresh: dict[tuple[str, int], Any],
        views: dict[str, list[tuple[int, int, bytes, Any]]],
        lost: dict[int, str],
    ) -> None:
        for value, answer in zip(job.values, result.answers, strict=True):
            key = self.units.items[value.field].keys[value.item].tobytes()
            self.tally.decoded += answer.decoded
            for place, found in self._found(value, answer):
                bound = self.bindings.bound[place]
                records[bound.name].add(row, key, found)
                fresh[bound.name, value.item] = found
                if isinstance(found, Fault):
                    lost.setdefault(row, found.reason)
            for place, view in answer.views.items():
                views.setdefault(self.bindings.bound[place].name, []).append((row, value.item, key, view))
        for pair, found in zip(job.pairs, result.pairs, strict=True):
            bound = self.bindings.bound[pair.bound]
            key = self.facts[bound.name].subjects.keys[pair.item].tobytes()
            records[bound.name].add(row, key, found)
            fresh[bound.name, pair.item] = found
            if isinstance(found, Fault):
                lost.setdefault(row, found.reason)

    def _found(self, value: Value, answer: Answer) -> Iterator[tuple[int, Any]]:
        """Yield what was found of a value by step; a fault of the value itself belongs to its decoding, where asked."""
        decoding = [place for place in value.wanted if self.bindings.bound[place].kind == "decode"]
        if answer.fault:
            yield from ((place, answer.fault) for place in decoding or value.wanted)
            return
        yield from ((place, ()) for place in decoding)
        yield from ((place, answer.found[place]) for place in value.wanted if place in answer.found)

    def _spared(self, rows: np.ndarray, fresh: dict[tuple[str, int], Any], lost: dict[int, str]) -> np.ndarray:
        """Return, as bool[rows], the units that a fault or an absolute rule costs; count them by reason."""
        spared = np.zeros(len(rows), bool)
        spared[list(lost)] = True
        self.tally.losses.update(lost.values())
        for bound in self.asked:
            rules = [rule for rule in bound.rules if isinstance(rule, Rule) and rule.relative is None]
            if not rules:
                continue
            known = self.facts[bound.name]
            here = np.flatnonzero(np.isin(known.subjects.rows, rows))
            places = np.searchsorted(rows, known.subjects.rows[here])
            names = [fact.name for fact in bound.facts]
            for rule in rules:
                failed = failing(rule, self._column(bound, here, names.index(rule.fact), fresh), places, len(rows))
                self.tally.losses[rule.reason] += int((failed & ~spared).sum())
                spared |= failed
        return spared

    def _column(self, bound: Bound, here: np.ndarray, fact: int, fresh: dict[tuple[str, int], Any]) -> pa.Array:
        known = self.facts[bound.name]
        kind = self._schema(bound).field(3 + fact)
        values = [None] * len(here)
        if kind.name in known.blocks.table.column_names:
            values = known.blocks.take(known.positions[here], [kind.name])[kind.name].to_pylist()
        for n, item in enumerate(here.tolist()):
            found = fresh.get((bound.name, item))
            if found is not None:
                values[n] = None if isinstance(found, Fault) else found[fact]
        return pa.array(values, kind.type)

    def _encode(
        self, bound: Bound, several: Sequence[tuple[int, int, bytes, Any]], spared: np.ndarray, records: Records
    ) -> None:
        chosen: dict[bytes, tuple[int, Any]] = {}
        for row, _, key, view in several:
            if not spared[row] and (bound.key, key) not in self.encoded:
                chosen.setdefault(key, (row, view))
        if not chosen:
            return
        vectors = encode.encode(bound, self._model(bound), [view for _, view in chosen.values()])
        for (key, (row, _)), vector in zip(chosen.items(), vectors, strict=True):
            records.add(row, key, vector)
            self.encoded.add((bound.key, key))
        self.tally.encoded += len(vectors)

    def _model(self, bound: Bound) -> Any:
        return encode.load(bound, device())

    def _schema(self, bound: Bound) -> pa.Schema:
        dim = self._model(bound).dim if bound.kind == "encode" else 0
        return schema(bound, dim=dim, textual=self.bindings.modalities[bound.fields[0]].decode is None)

    def _fingerprint(self, rows: np.ndarray) -> str:
        """Return a name for the map over these rows: what is asked of which values, in at most 49 characters."""
        whole = hashlib.sha256("".join(bound.key for bound in self.asked).encode())
        whole.update(rows.tobytes())
        for items in self.units.items.values():
            whole.update(items.keys[items.of_rows(rows)].tobytes())
        return whole.hexdigest()[:40]


def _storable(kind: pa.Schema) -> pa.StructType:
    """Return the type of one record as `datasets` can name it: it knows no binary of fixed length."""
    return pa.struct([(each.name, pa.binary() if each.name == "key" else each.type) for each in kind])


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the progress bars of `datasets` off the screen for a while."""
    import datasets

    shown = datasets.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            datasets.enable_progress_bars()


def leftovers(store: Store) -> list[Path]:
    """Return the files that maps cut short have left in the store."""
    return sorted([*store.facts.glob(".*.arrow"), *store.facts.glob("tmp*")])
