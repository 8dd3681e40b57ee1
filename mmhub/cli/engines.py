"""Where the work of a build runs, as it was asked for on the command line."""

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Literal

from mmhub.errors import RecipeError

if TYPE_CHECKING:
    from mmhub.request import Request
    from mmhub.run import Engine


def chosen(
    request: "Request", *, processes: int | None, engine: Literal["dask"] | None, scheduler: str | None
) -> "Engine | None":
    """Return the engine to build with, or None where other processes build and this one has done its part."""
    if scheduler is not None and engine is None:
        raise RecipeError("`--scheduler` names a Dask scheduler: add `--engine dask`")
    if engine is not None and processes is not None:
        raise RecipeError("`--engine dask` and `--processes` are two ways to share the work: choose one")
    if engine == "dask":
        from mmhub.engines.dask import Cluster

        return Cluster(scheduler)
    if processes is not None and processes > 1 and "WORLD_SIZE" not in os.environ:
        from mmhub.engines.launch import launch

        launch(sys.argv[1:], processes=processes)
        return None
    return _of_this_rank(request, processes)


def _of_this_rank(request: "Request", expected: int | None) -> "Engine | None":
    from mmhub.engines.local import here
    from mmhub.engines.ranks import this_rank

    rank = this_rank(expected=expected)
    if rank.size == 1:
        return here
    from mmhub.engines import processes

    if rank.leads:
        return partial(processes.lead, rank=rank)
    from mmhub.request import get_ready
    from mmhub.store import Store

    processes.assist(get_ready(request, download=True), Store.at(request.store), rank=rank)
    return None
