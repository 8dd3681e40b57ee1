"""What a build would do, as plain data."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub import plugins
from mmhub.binding.bound import Bindings
from mmhub.blocks import ABSENT
from mmhub.downloading.downloaded import remote_items
from mmhub.errors import ModelError
from mmhub.facts import partners
from mmhub.models.weights import Weights
from mmhub.operators import Encoder, ModelOptions, Options
from mmhub.plugins import Offers
from mmhub.request import Request, get_ready
from mmhub.sources.materialise import check_without_network
from mmhub.store import Store
from mmhub.survey import Listener, Survey, survey
from mmhub.units import located
from mmhub.version import find, newest, numbers


def outlook(request: Request, listener: Listener) -> dict[str, Any]:
    """Return what a build of ``request`` would measure, what is known, and about how long it would take."""
    absent: dict[str, Weights] = {}
    store, offers = Store.at(request.store), plugins.discover()
    # Small weights come with their plugin: what lacks some cannot be built with them, and a build says the same.
    ready = get_ready(request, offers=offers if request.models else _tolerant(offers, absent))
    check_without_network(ready.source, ready.options, store)
    segment = ready.bindings.segment
    # Cutting opens media.
    found = survey(ready, store, listener, cuts=False)
    before = newest(store, ready.recipe.name)
    steps = _steps(ready.bindings, found, counted=segment is None)
    files, size = _to_read(ready.bindings, found)
    to_measure = len(found.plan.units)
    rate = _rate(store, ready.recipe.name, {step["step"] for step in steps if step["to_do"]})
    return {
        "name": ready.recipe.name,
        "newest": before.number if before else None,
        "store": str(store.root),
        "rows": {"read": len(found.units), "to_measure": to_measure},
        "files": files,
        "bytes": size,
        "downloads": _downloads(found),
        "steps": steps,
        "seconds": round(to_measure / rate["rows_per_second"], 1) if rate else None,
        "rate": rate,
        "missing_weights": _missing(ready.bindings, absent),
        "remarks": [f"{segment.name} cuts rows first: how many units there are is known then"] if segment else [],
    }


def _tolerant(offers: Offers, absent: dict[str, Weights]) -> Offers:
    """Return ``offers`` with encoders that note in ``absent`` the weights they lack, where others would fail."""
    changed = {
        name: replace(each, weights=_Noting(each, absent)) if isinstance(each, Encoder) and each.weights else each
        for name, each in offers.operators.items()
    }
    return replace(offers, operators=changed)


class _Noting:
    """Finds the weights of an encoder, or notes that they are not there."""

    def __init__(self, encoder: Encoder, absent: dict[str, Weights]) -> None:
        self._find, self._absent = encoder.weights, absent

    def __call__(self, options: Options, download: bool) -> Weights:
        assert self._find is not None
        try:
            return self._find(options, download)
        except ModelError:
            if not isinstance(options, ModelOptions):
                raise
            # A revision that is a commit still finds the facts which these weights have left.
            lacking = Weights(model=options.model, revision=options.revision, folder=Path())
            self._absent[f"{options.model}@{options.revision}"] = lacking
            return lacking


def _missing(bindings: Bindings, absent: Mapping[str, Weights]) -> list[dict[str, str]]:
    lacking = list(absent.values())
    return [
        {"step": bound.name, "model": bound.weights.model, "revision": bound.weights.revision}
        for bound in bindings.of_kind("encode")
        if bound.weights in lacking
    ]


def _steps(bindings: Bindings, found: Survey, *, counted: bool) -> list[dict[str, Any]]:
    """Return, for every step, of how many values its facts are known, and of how many they are not."""
    steps = []
    for bound in bindings.bound:
        numbers: dict[str, int | None] = {"values": None, "known": None, "to_do": None}
        if bound.of is None and counted:
            known = found.facts[bound.name]
            to_do = int(found.plan.wanted[bound.name].sum())
            numbers = {"values": len(known.subjects), "known": int((~known.absent).sum()), "to_do": to_do}
        steps.append({"step": bound.name, "kind": bound.kind, "fields": list(bound.fields), **numbers})
    return steps


def _to_read(bindings: Bindings, found: Survey) -> tuple[int, int]:
    """Return how many files a build would open, and how many bytes they have."""
    files = size = 0
    for name, items in found.units.items.items():
        if items.paths is None:
            continue
        wanted = ~items.known
        for bound in (each for each in bindings.bound if each.of is None):
            about, lacking = found.facts[bound.name].subjects, found.plan.wanted[bound.name]
            if name in bound.fields:
                wanted[(about.left if bound.fields[0] == name else about.right)[lacking]] = True
            elif name in bound.beside:
                looked_at = partners(items, about.rows[lacking])
                wanted[looked_at[looked_at != ABSENT]] = True
        wanted[list(items.faults)] = False
        sizes = list(_sizes(items.paths.take(pa.array(np.flatnonzero(wanted))).to_pylist()))
        files, size = files + len(sizes), size + sum(sizes)
    return files, size


def _sizes(paths: Iterable[str | None]) -> Iterable[int]:
    for place in paths:
        media = located(place)
        if media.path is not None and os.path.exists(media.path):  # noqa: PTH110  (called for millions of files)
            yield media.size()


def _downloads(found: Survey) -> int:
    """Return how many values are behind URLs, and not known to be out of reach."""
    fields = found.units.items.values()
    return sum(int(item) not in items.faults for items in fields for item in remote_items(items))


def _rate(store: Store, name: str, steps: set[str]) -> dict[str, Any] | None:
    """Return the rate at which a former version measured at least these steps; None where none did.

    Of several it is that of the fewest other steps, and then of the most rows.
    """
    timed = []
    for number in numbers(store, name):
        version = find(store, f"{name}@{number}")
        measured = version.manifest.get("measured") or {}
        others = set(measured.get("steps", ())) - steps
        if measured.get("units") and steps <= set(measured["steps"]):
            timed.append((-len(others), measured["units"], measured["seconds"], str(version)))
    if not timed or not steps:
        return None
    others_less, units, seconds, version_name = max(timed)
    return {
        "rows_per_second": units / max(seconds, 0.001),
        "version": version_name,
        "rows": units,
        "of_just_these_steps": not others_less,
    }
