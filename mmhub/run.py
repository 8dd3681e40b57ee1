"""A build, from recipe to version: source, measure, decide, assemble, commit."""

import errno
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from mmhub import catalogue, plugins, report, settings
from mmhub.assemble import assemble
from mmhub.bind import bind
from mmhub.bound import Bindings
from mmhub.columns import FactColumns
from mmhub.contents import contents, repaired
from mmhub.decide.fates import decide
from mmhub.engines.ranks import ALONE, Rank
from mmhub.engines.shares import Claimed, Share, Whole
from mmhub.errors import RecipeError, StoreError, near
from mmhub.facts import Facts, look_up
from mmhub.identity import identity, rows_digest
from mmhub.ledger import ledger
from mmhub.libraries import libraries
from mmhub.measure import Pace, Tally, measure
from mmhub.operators import Options, Planted, Source
from mmhub.plan import Plan, plan
from mmhub.plugins import Offers
from mmhub.recipe import Recipe
from mmhub.report import Report
from mmhub.resolved import resolved
from mmhub.schema import feature_dict
from mmhub.segment import cut
from mmhub.sources.materialise import materialised
from mmhub.sources.read import read
from mmhub.sources.stamps import read_keys, recall, remember
from mmhub.store import Store
from mmhub.units import Units
from mmhub.version import Version, commit, newest

Stage = Literal["source", "segment", "measure", "decide", "assemble"]
Listener = Callable[[Stage, int, int | None, Tally | None], None]
"""Told the stage, how far it is, of how many (None while unknown), and what measuring has done so far."""


_POLL_SECONDS = 0.2
_PLAN_SECONDS = 3600.0
_STORE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}


@dataclass(frozen=True)
class Request:
    """What to build, and how far. ``models="embedded"`` tries a recipe with the small weights plugins ship."""

    recipe: str | Recipe
    store: Path | str | None = None
    data_dir: Path | str | None = None
    splits: Sequence[str] = ()
    settings: Sequence[str] = ()
    models: Literal["embedded"] | None = None
    limit: int | None = None
    workers: int | None = None


@dataclass(frozen=True)
class Ready:
    """A request whose recipe has been found, changed as asked, and bound to the installed operators."""

    request: Request
    recipe: Recipe
    offers: Offers
    source: Source
    options: Options
    bindings: Bindings


@dataclass
class Survey:
    """What the source holds, what is known of it, and what is still to be measured."""

    units: Units
    facts: Facts
    plan: Plan
    index: Path
    planted: list[Planted] = field(default_factory=list)
    parents: dict[str, int] = field(default_factory=dict)


def build(
    request: Request, *, rank: Rank = ALONE, offers: Offers | None = None, listener: Listener = lambda *_: None
) -> Report:
    """Build what is requested, and return what came of it; facts already known are not measured again.

    Where ``rank`` is one of several processes, it is the first: it plans, and decides when all are done.
    """
    clock = _Clock()
    store = Store.at(request.store)
    ready = get_ready(request, offers=offers, download=True)
    with _store_errors(store), store.held(ready.recipe.name):
        with clock.timed("source"):
            found = survey(ready, store, listener)
        with clock.timed("measure"):
            try:
                tally = _measure(ready, found, store, rank, listener)
            finally:
                # A build cut short need not read again the files it has read.
                remember(found.index, found.units.items.values())
        return _conclude(ready, found, tally, store, clock, listener)


def assist(request: Request, *, rank: Rank, offers: Offers | None = None) -> None:
    """Measure, as one of several processes, what the first has planned and no other has claimed."""
    store = Store.at(request.store)
    ready = get_ready(request, offers=offers, download=True)
    pace = _pace(ready, rank)
    share = Claimed(store.runs / rank.run, pace.unit_rows)
    with _store_errors(store):
        if len(share.await_plan(seconds=_PLAN_SECONDS)):
            found = survey(ready, store, lambda *_: None)
            _pass(ready, found, store, share, pace, lambda tally: None)


@contextmanager
def _store_errors(store: Store) -> Iterator[None]:
    """Turn what a full or locked disk raises into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno not in _STORE_ERRORS:
            raise
        raise StoreError(
            f"the store {str(store.root)!r} cannot take more ({error.strerror}): make room, or name another with "
            "`--store DIR`; what is measured is kept, and the same command goes on from there"
        ) from error


def get_ready(request: Request, *, offers: Offers | None = None, download: bool = False) -> Ready:
    """Return the request with its recipe found and bound; raises RecipeError, PluginError or ModelError."""
    offers = offers or plugins.discover()
    if isinstance(request.recipe, Recipe):
        recipe, own = request.recipe, None
    else:
        entry = catalogue.entry(request.recipe)
        recipe, own = entry.recipe, entry.source
    source = _source(recipe, own, offers)
    recipe = settings.applied(recipe, request.settings, offers, source.options)
    options = _source_options(recipe, source, request.data_dir)
    bindings = bind(recipe, offers, embedded=request.models == "embedded", download=download)
    return Ready(request, recipe, offers, source, options, bindings)


def survey(ready: Ready, store: Store, listener: Listener) -> Survey:
    """Return what the source holds and what is to be measured of it; no media is opened."""
    folder = materialised(ready.source, ready.options, store)
    texts = frozenset(name for name, modality in ready.bindings.modalities.items() if modality.decode is None)
    units = read(
        ready.source.rows(ready.options, folder),
        ready.bindings.columns,
        texts=texts,
        splits=ready.request.splits,
        limit=ready.request.limit,
        progress=lambda count: listener("source", count, None, None),
    )
    listener("source", len(units), len(units), None)
    index = store.sources / f"{ready.recipe.name}.stamps"
    recall(index, units.items.values())
    workers = ready.request.workers or os.cpu_count() or 1
    whole = cut(
        ready.bindings,
        units,
        store,
        workers=workers,
        progress=lambda done, total: listener("segment", done, total, None),
    )
    if whole.parents:
        remember(index, units.items.values())
        units = whole.units
    facts = look_up(ready.bindings, units, store)
    planted = list(ready.source.planted(ready.options, folder)) if ready.source.planted else []
    return Survey(units, facts, plan(ready.bindings, units, facts), index, planted, whole.parents)


def _source(recipe: Recipe, own: Source | None, offers: Offers) -> Source:
    name = recipe.source.use
    if own is not None and name in ("", own.name):
        return own
    if not name:
        raise RecipeError(f"recipe {recipe.name!r} has no source: name one under `source: use:`")
    if name not in offers.sources:
        raise RecipeError(f"no installed plugin offers the source {name!r}{near(name, offers.sources)}")
    return offers.sources[name]


def _source_options(recipe: Recipe, source: Source, data_dir: Path | str | None) -> Options:
    from pydantic import ValidationError

    given = dict(recipe.source.options)
    if data_dir is not None:
        if "data_dir" not in source.options.model_fields:
            raise RecipeError(f"the source {source.name!r} reads no folder: leave out `--data-dir`")
        given["data_dir"] = data_dir
    for option in given:
        if option not in source.options.model_fields:
            raise RecipeError(
                f"the source {source.name!r} has no option {option!r}{near(option, source.options.model_fields)}"
            )
    try:
        return source.options(**given)
    except ValidationError as error:
        problem = error.errors()[0]
        option = str(problem["loc"][0]) if problem["loc"] else ""
        hint = (
            "say where with `--data-dir DIR`" if option == "data_dir" else f"set it with `--set source.{option}=VALUE`"
        )
        raise RecipeError(f"the source {source.name!r} needs {option!r} ({problem['msg'].lower()}): {hint}") from error


def _measure(ready: Ready, found: Survey, store: Store, rank: Rank, listener: Listener) -> Tally:
    total = len(found.plan.units)
    listener("measure", 0, total, Tally())
    pace = _pace(ready, rank)

    def progress(tally: Tally) -> None:
        listener("measure", tally.units, total, tally)

    if rank.size == 1:
        tally = _pass(ready, found, store, Whole(found.plan.units, pace.unit_rows), pace, progress)
    else:
        tally = _lead(ready, found, store, Claimed(store.runs / rank.run, pace.unit_rows), pace, progress)
    if total:
        found.facts = look_up(ready.bindings, found.units, store)
    return tally


def _pass(
    ready: Ready, found: Survey, store: Store, share: Share, pace: Pace, progress: Callable[[Tally], None]
) -> Tally:
    return measure(
        ready.bindings, found.units, found.plan, found.facts, store, share=share, pace=pace, progress=progress
    )


def _lead(
    ready: Ready, found: Survey, store: Store, share: Claimed, pace: Pace, progress: Callable[[Tally], None]
) -> Tally:
    """Measure beside other processes until nothing is left, taking over what any of them leaves undone."""
    share.publish(found.plan.units)
    tally = _pass(ready, found, store, share, pace, progress)
    while share.open_claims():
        time.sleep(_POLL_SECONDS)
        _pass(ready, found, store, share, pace, progress)
    for items in found.units.items.values():
        read_keys(items, np.arange(len(items)), threads=pace.workers)
    totals = share.totals()
    share.close()
    return replace(tally, units=len(found.plan.units), decoded=totals["decoded"], encoded=totals["encoded"])


def _pace(ready: Ready, rank: Rank) -> Pace:
    workers = ready.request.workers or max(1, (os.cpu_count() or 1) // rank.size)
    return Pace(workers=workers)


def _conclude(ready: Ready, found: Survey, tally: Tally, store: Store, clock: "_Clock", listener: Listener) -> Report:
    """Decide, and commit a version where the outcome differs from the newest one."""
    bindings, units, facts = ready.bindings, found.units, found.facts
    with clock.timed("decide"):
        listener("decide", 0, None, tally)
        columns = FactColumns(bindings, units, facts)
        held = {name: contents(name, bindings, units, facts) for name in bindings.modalities}
        fates = decide(
            bindings, units, facts, columns, keep=_ids(ready.recipe.keep_ids), deny=_ids(ready.recipe.deny_ids) or ()
        )
        mended = repaired(bindings, units, facts)
        numbers = report.counts(fates, mended, segmented=len(found.parents))
        what = resolved(ready.recipe, bindings, ready.source, ready.options)
        schema = feature_dict(bindings, facts)
        rows = rows_digest(units, held, fates)
        whole = identity(schema, what, rows)
        before = newest(store, ready.recipe.name)
    with clock.timed("assemble"):
        unchanged = before is not None and before.identity == whole
        if unchanged and before is not None:
            version = before
        else:
            listener("assemble", 0, None, tally)
            table = ledger(bindings, units, fates, columns, held, mended, parents=found.parents)
            files = assemble(bindings, units, facts, fates, held, table, store, threads=os.cpu_count() or 1)
            about = {
                "summary": ready.recipe.summary,
                "licence": ready.recipe.licence,
                "homepage": ready.recipe.homepage,
            }
            version = commit(
                store,
                ready.recipe.name,
                {
                    "identity": whole,
                    "schema": schema,
                    "recipe": what,
                    "rows": rows,
                    "about": about,
                    "counts": numbers,
                    "libraries": libraries(),
                    "measured": _measured(found, tally, clock),
                    "splits": files.splits,
                    "media": files.media,
                    "ledger": files.ledger,
                },
            )
            ready.offers.built(version=version)
    return _report(ready, found, fates, mended, numbers, tally, store, clock, version, unchanged=unchanged)


def _measured(found: Survey, tally: Tally, clock: "_Clock") -> dict[str, Any]:
    """Return what this build itself measured and how long that took, from which `mmhub plan` tells how long one takes."""
    steps = sorted(name for name, wanted in found.plan.wanted.items() if wanted.any())
    return {"steps": steps, "units": tally.units, "seconds": clock.seconds()["measure"]}


def _report(
    ready: Ready,
    found: Survey,
    fates: Any,
    mended: Any,
    numbers: dict[str, Any],
    tally: Tally,
    store: Store,
    clock: "_Clock",
    version: Version,
    *,
    unchanged: bool,
) -> Report:
    notes = [
        f"no rule on {name} dropped a row: its scores come from the small embedded models"
        for name in ready.bindings.muted
    ]
    made = Report(
        name=version.name,
        version=version.number,
        identity=version.identity,
        **numbers,
        decoded=tally.decoded,
        encoded=tally.encoded,
        seconds=clock.seconds(),
        store=str(store.root),
        unchanged=unchanged,
        notes=notes,
    )
    if not found.planted:
        return made
    planted, clean, lost = report.caught(found.planted, found.units, fates, mended)
    return replace(made, planted=planted, clean=clean, lost_clean=lost)


def _ids(listed: tuple[str, ...] | Path | None) -> Sequence[str] | None:
    if not isinstance(listed, Path):
        return listed
    try:
        return [line for line in listed.read_text(encoding="utf-8").splitlines() if line]
    except OSError as error:
        raise RecipeError(f"the list of row ids {str(listed)!r} cannot be read: {error.strerror}") from error


class _Clock:
    """How long each stage took."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self._stages[stage] = time.perf_counter() - start

    def seconds(self) -> dict[str, float]:
        whole = {"total": time.perf_counter() - self._start, **self._stages}
        return {stage: round(taken, 3) for stage, taken in whole.items()}
