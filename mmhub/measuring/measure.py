"""The fused pass: one `Dataset.map` per work unit, over units whose values worker processes decode ahead of it."""

import hashlib
import pickle
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, redirect_stdout
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bindings, Bound
from mmhub.encoding.batches import Batches
from mmhub.encoding.guard import Guard
from mmhub.encoding.loaded import load
from mmhub.encoding.watched import Watched
from mmhub.engines.devices import device
from mmhub.engines.shares import Share
from mmhub.facts import Facts, blocks_of
from mmhub.importing import uncollected
from mmhub.measuring.failing import Failing
from mmhub.measuring.feed import Feed, WorkUnit
from mmhub.measuring.gather import Gather
from mmhub.measuring.pace import Pace, Progress, Tally
from mmhub.measuring.seen import Seen
from mmhub.memory import give_back
from mmhub.operators import Aligner, Cleaner, Model
from mmhub.plan import Plan
from mmhub.quiet import quiet
from mmhub.records import Records, as_block, schema
from mmhub.schema import dim_of
from mmhub.store import Store
from mmhub.units import Units, places_of
from mmhub.workers.jobs import Setup
from mmhub.workers.pool import Pool

_AHEAD = 2
"""Work units that workers decode while one is being encoded."""
_PREPARING = 2
"""Threads that prepare what encoders read, ahead of the forward pass."""


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
    pool = Pool(_setup(bindings, pace), workers=pace.workers, heard=share.heard)
    with ExitStack() as opened, ThreadPoolExecutor(_PREPARING, thread_name_prefix="prepare") as threads:
        # What a model prints while it prepares a value, in whatever thread, is no answer of mmhub.
        opened.enter_context(redirect_stdout(sys.stderr))
        try:
            pool.start(len(plan.units))
            feed = Feed(bindings, units, plan, facts, pace, pool)
            fused = _Pass(bindings, units, plan, facts, store, tally, threads, opened)
            waiting: deque[WorkUnit] = deque()
            for rows in share.take():
                waiting.append(feed.give(rows))
                if len(waiting) > _AHEAD:
                    fused.map(waiting.popleft(), share, progress)
            pool.finish()
            while waiting:
                fused.map(waiting.popleft(), share, progress)
        finally:
            pool.close()
            tally.restarts = pool.restarts
            tally.start_seconds = pool.start_seconds
    return tally


def _setup(bindings: Bindings, pace: Pace) -> Setup:
    repairs = {
        name: tuple(bindings.bound.index(each) for each in bindings.repairs(name) if isinstance(each.operator, Cleaner))
        for name in bindings.modalities
    }
    of_pairs = tuple(
        bindings.bound.index(each) for each in bindings.of_kind("repair") if isinstance(each.operator, Aligner)
    )
    return Setup(bindings.bound, dict(bindings.modalities), repairs, pace.limits, of_pairs)


class _Pass:
    """Maps one work unit after another; it remembers what has been encoded."""

    def __init__(
        self,
        bindings: Bindings,
        units: Units,
        plan: Plan,
        facts: Facts,
        store: Store,
        tally: Tally,
        threads: ThreadPoolExecutor,
        opened: ExitStack,
    ) -> None:
        self._bindings, self._units, self._plan, self._facts = bindings, units, plan, facts
        self._store, self._tally, self._threads, self._opened = store, tally, threads, opened
        self._encoded, self._failing = Seen(), Failing(facts)
        self._guards: dict[str, Guard] = {}
        self._watched: dict[str, Watched] = {}

    def map(self, unit: WorkUnit, share: Share, progress: Progress) -> None:
        """Map one work unit, keep what it found, and say so."""
        before = replace(self._tally, losses=self._tally.losses.copy())
        asked = [bound for bound in self._bindings.measured if self._is_asked(bound, unit.rows)]
        records = {bound.name: Records(self._schema(bound)) for bound in asked}
        kinds = pa.schema([(name, pa.list_(_storable(each.schema))) for name, each in records.items()])
        gather = Gather(
            self._bindings,
            self._units,
            self._facts,
            unit,
            records,
            self._batches,
            self._encoded,
            self._failing,
            self._tally,
        )
        fingerprint = self._fingerprint(asked, unit.rows)
        cache = self._store.facts / f".{fingerprint}.arrow"
        try:
            table = _mapped(unit.rows, lambda batch: gather.table(progress), kinds, fingerprint, cache)
            # Each block is synced to the disk by itself: side by side, they wait for it together.
            list(self._threads.map(lambda name: self._append(name, table[name], records[name].schema), records))
        finally:
            cache.unlink(missing_ok=True)
        give_back()
        self._tally.units += len(unit.rows)
        share.done(unit.rows, self._tally - before)
        progress(self._tally)

    def _batches(self, bound: Bound) -> Batches[tuple[int, bytes]]:
        """Return new batches through an encoder, which this process guards from first to last."""
        model = _model(bound)
        if bound.key in self._guards:
            self._guards[bound.key].look()
        else:
            guard = Guard(bound.step, self._store.facts / bound.key, model.batch_size)
            self._guards[bound.key] = guard
            self._opened.callback(guard.close)
            self._watched[bound.key] = Watched(bound, _model, batch_size=model.batch_size)
            self._opened.callback(self._watched[bound.key].close)
        return Batches(
            bound,
            model,
            self._threads,
            unpack=pickle.loads,
            guard=self._guards[bound.key],
            elsewhere=self._watched[bound.key].vectors,
        )

    def _append(self, name: str, column: pa.ChunkedArray, kind: pa.Schema) -> None:
        blocks_of(self._bindings.named(name), self._store).append(as_block(column, kind))

    def _is_asked(self, bound: Bound, rows: np.ndarray) -> bool:
        here = places_of(self._facts[bound.name].subjects.rows, rows)
        return bool(self._plan.wanted[bound.name][here].any())

    def _schema(self, bound: Bound) -> pa.Schema:
        dim = 0
        if bound.kind == "encode":
            # Units that a fault costs need no model: the store may know how long its vectors are.
            dim = dim_of(self._facts, bound)
            dim = _model(bound).dim if dim < 0 else dim
        return schema(bound, dim=dim, textual=self._bindings.modalities[bound.fields[0]].decode is None)

    def _fingerprint(self, asked: list[Bound], rows: np.ndarray) -> str:
        """Return a name for the map over these rows: what is asked of which values, in at most 49 characters."""
        whole = hashlib.sha256("".join(bound.key for bound in asked).encode())
        whole.update(rows.tobytes())
        for items in self._units.items.values():
            whole.update(items.keys[items.of_rows(rows)].tobytes())
        return whole.hexdigest()[:40]


def _mapped(
    rows: np.ndarray, found: Callable[[Any], pa.Table], kinds: pa.Schema, fingerprint: str, cache: Path
) -> pa.Table:
    """Return what ``found`` returns for all ``rows`` at once, mapped from the file ``cache``."""
    datasets = _datasets()
    with quiet():
        made = datasets.Dataset(pa.table({"unit": rows})).map(
            found,
            batched=True,
            batch_size=len(rows),
            remove_columns=["unit"],
            features=datasets.Features.from_arrow_schema(kinds),
            new_fingerprint=fingerprint,
            cache_file_name=str(cache),
            load_from_cache_file=False,
        )
    return made.data.table


@cache
def _datasets() -> Any:
    """Return the library, imported when workers have been given something to do."""
    with uncollected():
        import datasets
    return datasets


def _model(bound: Bound) -> Model:
    return load(bound, device())


def _storable(kind: pa.Schema) -> pa.StructType:
    """Return the type of one record as `datasets` can name it: it knows no binary of fixed length."""
    return pa.struct([(each.name, pa.binary() if each.name == "key" else each.type) for each in kind])
