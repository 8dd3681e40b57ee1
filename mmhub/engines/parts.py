"""Parts of a build as a worker of a cluster measures them, whatever engine has sent them there."""

import atexit
import pickle
from contextlib import ExitStack
from contextvars import Context, copy_context
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

import numpy as np

from mmhub.engines.local import measure_share, pace_of
from mmhub.engines.planned import meaning
from mmhub.engines.shares import Whole
from mmhub.errors import RecipeError
from mmhub.measuring.pace import Tally
from mmhub.places.elsewhere import address_in
from mmhub.request import Ready, Request, get_ready
from mmhub.store import Store
from mmhub.survey import Survey, survey
from mmhub.workers import forkserver


@dataclass(frozen=True)
class _Asked:
    """What all parts of a build have in common; ``build`` tells it from one before, as its source may have changed."""

    request: Request
    store: Path
    meaning: str
    build: str


def asked_of(ready: Ready, found: Survey, store: Store) -> bytes:
    """Return what a worker must know of a build, so that it means the same wherever it was started."""
    request = ready.request
    recipe = request.recipe
    if isinstance(recipe, str) and Path(recipe).is_file():
        recipe = str(Path(recipe).absolute())
    folder = request.data_dir
    if folder is not None and not address_in(folder):
        folder = Path(folder).absolute()
    request = replace(request, recipe=recipe, data_dir=folder, store=store.root)
    return pickle.dumps(_Asked(request, store.root, meaning(ready, found), uuid4().hex))


def measured_part(asked: bytes, rows: np.ndarray, *, processes: int) -> Tally:
    """Measure some units, one of ``processes`` on this machine that do so at a time; return what was done.

    Raises RecipeError where this machine reads other rows, or is to measure something else of them.
    """
    ready, found, store = _surveyed(asked)
    pace = pace_of(ready, processes=processes)
    share = Whole(rows, pace.unit_rows)
    return _surroundings().copy().run(measure_share, ready, found, store, share, pace, lambda tally: None)


@lru_cache(maxsize=1)
def _surveyed(asked: bytes) -> tuple[Ready, Survey, Store]:
    """Return a request made ready on this worker, once for all its parts."""
    told = pickle.loads(asked)
    assert isinstance(told, _Asked)
    store = Store.at(told.store)
    if not store.is_whole():
        raise RecipeError(f"it sees no store at {str(store.root)!r}: the store must be on a folder all machines share")
    ready = get_ready(told.request, download=True)
    found = survey(ready, store, lambda *_: None)
    if meaning(ready, found) != told.meaning:
        raise RecipeError(
            "it reads other rows than the build, or measures something else of them: it needs the same source, recipe, "
            "versions of mmhub and of plugins"
        )
    return ready, found, store


@lru_cache(maxsize=1)
def _surroundings() -> Context:
    """Return a context in which all parts find the one process that their decoders are forked from."""
    context, stack = copy_context(), ExitStack()
    context.run(stack.enter_context, forkserver.shared())
    atexit.register(context.run, stack.close)
    return context
