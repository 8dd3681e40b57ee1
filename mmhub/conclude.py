"""The end of a build: fates are decided, and a version is committed where the outcome differs from the newest."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmhub import report
from mmhub.assemble import assemble
from mmhub.clock import Clock
from mmhub.columns import FactColumns
from mmhub.contents import contents, repaired
from mmhub.decide.fates import decide
from mmhub.errors import RecipeError
from mmhub.facts import fact_keys
from mmhub.identity import identity, rows_digest
from mmhub.ledger import ledger
from mmhub.libraries import libraries
from mmhub.pace import Tally
from mmhub.report import Report
from mmhub.request import Ready
from mmhub.resolved import resolved
from mmhub.schema import feature_dict
from mmhub.store import Store
from mmhub.survey import Listener, Survey
from mmhub.version import Version, commit, newest


def conclude(ready: Ready, found: Survey, tally: Tally, store: Store, clock: Clock, listener: Listener) -> Report:
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
                    "facts": fact_keys(bindings),
                },
            )
            ready.offers.built(version=version)
    return _report(ready, found, fates, mended, numbers, tally, store, clock, version, unchanged=unchanged)


def _measured(found: Survey, tally: Tally, clock: Clock) -> dict[str, Any]:
    """Return what this build itself measured and how long that took, which `mmhub plan` goes by."""
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
    clock: Clock,
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
        seconds={**clock.seconds(), "starting": round(tally.start_seconds, 3)},
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
