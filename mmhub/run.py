"""A build, from recipe to version: source, measure, decide, assemble, commit."""

import errno
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mmhub.binding.bound import Bindings
from mmhub.clock import Clock
from mmhub.compacting import compact
from mmhub.conclude import conclude
from mmhub.engines.local import here
from mmhub.errors import FULL, LOCKED, PluginError, StoreError
from mmhub.facts import blocks_of, look_up
from mmhub.measuring.pace import Progress, Tally
from mmhub.memory import give_back
from mmhub.plan import plan
from mmhub.plugins import Offers
from mmhub.report import Report
from mmhub.request import Ready, Request, get_ready
from mmhub.sources.stamps import remember
from mmhub.store import Store
from mmhub.survey import Listener, Survey, survey
from mmhub.version import check_number, taken
from mmhub.workers import forkserver

Engine = Callable[[Ready, Survey, Store, Progress], Tally]
"""Measures what a survey found lacking, wherever it does so, and returns what was done."""
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE}


def build(
    request: Request,
    *,
    engine: Engine = here,
    offers: Offers | None = None,
    listener: Listener = lambda *_: None,
) -> Report:
    """Build what is requested, and return what came of it; facts already known are not measured again.

    Raises MmhubError, whose message says what is wrong and what to do.
    """
    clock = Clock()
    store = Store.at(request.store).made()
    with forkserver.shared() as server:
        ready = get_ready(request, offers=offers, download=True)
        server.imports(_needed(ready.bindings))
        with store_errors(store), store.held(ready.recipe.name):
            check_number(ready.recipe.name, request.version, taken(store, ready.recipe.name))
            with clock.timed("source"):
                found = survey(ready, store, listener, downloads=True)
                give_back()
            with clock.timed("measure"):
                tally = _measured(ready, found, store, engine, listener)
                server.send_kill()
                _settle(ready, found, store)
            return conclude(ready, found, tally, store, clock, listener)


def _needed(bindings: Bindings) -> bytes:
    """Return all that workers are sent in any stage of a build, pickled, so that what it takes is imported early."""
    try:
        return pickle.dumps((bindings.bound, bindings.modalities, bindings.segment))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise PluginError(
            f"what the recipe chooses cannot be sent to worker processes: {error}; a plugin declares functions of a "
            "module, and no lambdas or functions within another"
        ) from error


@contextmanager
def store_errors(store: Store) -> Iterator[None]:
    """Turn what a disk raises that is full, locked, or no longer there, into a StoreError."""
    try:
        yield
    except (OSError, StoreError) as raised:
        # Blocks that cannot be written are named by whoever writes them; here it is known what that means for a build.
        error = raised if isinstance(raised, OSError) else raised.__cause__
        if not isinstance(error, OSError) or _is_elsewhere(error, store):
            raise
        if error.errno in _GONE and not store.is_whole():
            raise StoreError(
                f"the store {str(store.root)!r} was removed while it was in use: the same command starts over"
            ) from error
        if error.errno not in FULL | LOCKED:
            raise
        remedy = "make room" if error.errno in FULL else "make it writable"
        raise StoreError(
            f"the store {str(store.root)!r} cannot take more ({os.strerror(error.errno)}): {remedy}, or name "
            "another with `--store DIR`; what is measured is kept, and the same command goes on from there"
        ) from error


def _is_elsewhere(error: OSError, store: Store) -> bool:
    """Whether an error names a file that is not the store's, such as one that a recipe reads."""
    return isinstance(error.filename, str) and not Path(error.filename).absolute().is_relative_to(store.root)


def _measured(ready: Ready, found: Survey, store: Store, engine: Engine, listener: Listener) -> Tally:
    total = len(found.plan.units)
    listener("measure", 0, total, Tally())
    try:
        return engine(ready, found, store, lambda tally: listener("measure", tally.units, total, tally))
    finally:
        # A build cut short need not read again the files it has read.
        remember(found.index, found.units.items.values())


def _settle(ready: Ready, found: Survey, store: Store) -> None:
    """Make what was measured ready to be read: few blocks of it, and where in them the facts of each value are."""
    if not len(found.plan.units):
        return
    for bound in ready.bindings.bound:
        if bound.of is None:
            compact(blocks_of(bound, store))
    give_back()
    found.facts = look_up(ready.bindings, found.units, store)
    give_back()
    if lacking := len(plan(ready.bindings, found.units, found.facts).units):
        raise StoreError(
            f"what was measured of {lacking} rows is not in the store {str(store.root)!r} any more: something "
            "else removed it; the same command measures it again"
        )
