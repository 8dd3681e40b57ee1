"""Where the work of a build runs, as it was asked for on the command line."""

import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Literal

import typer

from mmhub.cli.interrupting import heard
from mmhub.engines.ranks import LAUNCHER, launcher_of_this, this_rank
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
        _launch(request, processes)
        return None
    return _of_this_rank(request, processes)


def has_last_word() -> bool:
    """Return whether this process says what becomes of a build: neither another `mmhub`, nor the first of several."""
    return not _is_launched() and os.environ.get("RANK", "0") == "0"


def keep_to_the_end() -> None:
    """Have the launcher no longer end this process because another one died: the build is done, but for the words."""
    if _is_launched():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _is_launched() -> bool:
    """Return whether another `mmhub` has started this process as one of several."""
    return LAUNCHER in os.environ


def _launch(request: "Request", processes: int) -> None:
    from mmhub.engines.launch import launch
    from mmhub.request import get_ready

    # What is wrong with the request is said here, once, and weights are fetched once.
    get_ready(request, download=True)
    if status := launch(sys.argv[1:], processes=processes):
        raise typer.Exit(status)


def _of_this_rank(request: "Request", expected: int | None) -> "Engine | None":
    from mmhub.engines.local import here

    if (launcher := launcher_of_this()) is not None:
        from mmhub.workers.parent import end_with

        end_with(launcher)
    rank = this_rank(expected=expected)
    if rank.size == 1:
        return here
    from mmhub.engines import processes

    if rank.leads:
        return partial(processes.lead, rank=rank)
    from mmhub.run import store_errors
    from mmhub.store import Store

    store = Store.at(request.store)
    with heard(lambda *_: None) as told, store_errors(store):
        processes.assist(request, store, told, rank=rank)
    return None
