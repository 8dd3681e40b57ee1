"""The source of a version, read again: the texts of rows that are not kept, and what another threshold would do."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmhub.deciding import decided, listed
from mmhub.errors import MmhubError
from mmhub.pages.opened import Opened
from mmhub.request import Ready, Request, get_ready
from mmhub.resolved import resolved
from mmhub.survey import Survey, survey

_MOST = 200_000


@dataclass(frozen=True)
class Reread:
    """A recipe made ready, and what its source holds now; no media is opened. ``differs`` says why it is not the
    version's, and is empty where a build with it would decide as the version was decided."""

    ready: Ready
    found: Survey
    differs: str


def reread(opened: Opened, request: Request, progress: Callable[[int], None] = lambda count: None) -> Reread:
    """Read the source of a version again; raise MmhubError where its recipe or its source cannot be had."""
    ready = get_ready(request)
    found = survey(ready, opened.store, lambda stage, done, total, tally: progress(done))
    return Reread(ready, found, _difference(opened, ready, found))


def try_to_reread(opened: Opened, request: Request) -> Reread | None:
    """Read the source of a version again, or return None where that cannot be done, or takes more than seconds."""
    if len(opened.units) > _MOST:
        return None
    try:
        return reread(opened, request)
    except MmhubError:
        return None


def _difference(opened: Opened, ready: Ready, found: Survey) -> str:
    """Return in what a build of the recipe would not be the version, or nothing."""
    mine = resolved(ready.recipe, ready.bindings, ready.source, ready.options)
    # As the manifest holds it: in JSON a tuple is a list.
    if json.loads(json.dumps(mine)) != opened.version.manifest["recipe"]:
        return "the recipe is not as it was when this version was built"
    if len(found.plan.units) or len(found.units) != len(opened.units):
        return "the source has changed since this version was built"
    kept = decided(ready, found, opened.store, listed(ready.recipe)).fates.codes == 0
    return "" if np.array_equal(kept, opened.kept) else "the source has changed since this version was built"
