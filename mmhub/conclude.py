"""The end of a build: fates are decided, and a version is committed where the outcome differs from the newest."""

import os
from dataclasses import replace
from typing import Any

from mmhub import report
from mmhub.assemble import assemble
from mmhub.basis import basis
from mmhub.clock import Clock
from mmhub.contents import repaired
from mmhub.decide.missing import absence
from mmhub.deciding import decided, listed
from mmhub.facts import fact_keys
from mmhub.fused import fused_dims
from mmhub.identity import identity, rows_digest, source_digest
from mmhub.ledger import Ledger
from mmhub.libraries import libraries
from mmhub.measuring.pace import Tally
from mmhub.memory import give_back
from mmhub.permits import models, unknown
from mmhub.report import Report
from mmhub.request import Ready
from mmhub.resolved import resolved
from mmhub.schema import feature_dict
from mmhub.store import Store
from mmhub.survey import Listener, Survey
from mmhub.tombstones import tombstones
from mmhub.version import Version, commit, lacking, newest


def conclude(ready: Ready, found: Survey, tally: Tally, store: Store, clock: Clock, listener: Listener) -> Report:
    """Decide, and commit a version where the outcome differs from the newest one."""
    bindings, units, facts = ready.bindings, found.units, found.facts
    about = {"summary": ready.recipe.summary, "licence": ready.recipe.licence, "homepage": ready.recipe.homepage}
    before = None if ready.request.version else newest(store, ready.recipe.name)
    with clock.timed("decide"):
        listener("decide", 0, None, tally)
        ids = listed(ready.recipe)
        what = resolved(ready.recipe, bindings, ready.source, ready.options)
        source = source_digest(found.units)
        ground = basis(ready, found, what, tombstones(store, ready.recipe.name), ids, source=source)
        standing = before if before is not None and _stands(before, ground, about, found, store) else None
    if standing is not None:
        return _report(ready, found, standing.manifest["counts"], tally, store, clock, standing, unchanged=True)
    with clock.timed("decide"):
        made = decided(ready, found, store, ids)
        units, fates, held = made.units, made.fates, made.contents
        mended = repaired(bindings, facts)
        numbers = report.counts(fates, mended, segmented=len(found.parents))
        schema = feature_dict(bindings, facts, made.added, fused_dims(bindings, facts))
        rows = rows_digest(units, held, fates)
        compared = made.columns.calibrations()
        whole = identity(schema, what, rows, compared)
    give_back()
    with clock.timed("assemble"):
        unchanged = before is not None and before.identity == whole and before.manifest.get("about") == about
        if not unchanged or (before is not None and lacking(store, before)):
            listener("assemble", 0, None, tally)
            ledger = Ledger(
                bindings,
                units,
                fates,
                made.columns,
                mended,
                parents=found.parents,
                digests=found.digests,
                spans=found.spans,
                cut_keys=found.cut_keys,
            )
            files = assemble(
                bindings,
                units,
                facts,
                fates,
                held,
                ledger,
                store,
                added=made.added,
                projected=made.projected,
                threads=os.cpu_count() or 1,
            )
            # Files are named by what they hold: one that had gone is there again, if it was written in one go.
            unchanged = unchanged and before is not None and not lacking(store, before)
        if unchanged and before is not None:
            version = before
        else:
            version = commit(
                store,
                ready.recipe.name,
                {
                    "identity": whole,
                    "basis": ground,
                    "schema": schema,
                    "recipe": what,
                    "source": {**what["source"], "rows": _rows(found), "sha256": source},
                    "rows": rows,
                    **({"calibrations": compared} if compared else {}),
                    "about": about,
                    "counts": numbers,
                    "libraries": libraries(),
                    "models": models(bindings.bound),
                    "measured": _measured(found, tally, clock),
                    "splits": files.splits,
                    "media": files.media,
                    "ledger": files.ledger,
                    "facts": fact_keys(bindings),
                },
                number=ready.request.version,
            )
            ready.offers.built(version=version)
    outcome = _report(ready, found, numbers, tally, store, clock, version, unchanged=unchanged)
    if not found.planted:
        return outcome
    planted, clean, lost = report.caught(found.planted, found.units, fates, mended)
    return replace(outcome, planted=planted, clean=clean, lost_clean=lost)


def _stands(before: Version, ground: str, about: dict[str, str], found: Survey, store: Store) -> bool:
    """Whether the version before is what would be decided: nothing was measured, and it rests on the same."""
    same = before.manifest.get("basis") == ground and before.manifest.get("about") == about
    return same and not len(found.plan.units) and not found.planted and not lacking(store, before)


def _rows(found: Survey) -> int:
    """Return how many rows the source had, before any was cut."""
    return len(found.units) - sum(found.parents.values()) + len(found.parents)


def _measured(found: Survey, tally: Tally, clock: Clock) -> dict[str, Any]:
    """Return what this build itself measured and how long that took, which `mmhub plan` goes by."""
    steps = sorted(name for name, wanted in found.plan.wanted.items() if wanted.any())
    return {"steps": steps, "units": tally.units, "seconds": clock.seconds()["measure"]}


def _report(
    ready: Ready,
    found: Survey,
    numbers: dict[str, Any],
    tally: Tally,
    store: Store,
    clock: Clock,
    version: Version,
    *,
    unchanged: bool,
) -> Report:
    notes = found.remarks + [
        f"no rule on {name} dropped a row: its scores come from the small embedded models"
        for name in ready.bindings.muted
    ]
    made_up = {name for bound in ready.bindings.bound if bound.impute for name in bound.fields}
    notes += unknown(ready.bindings.bound)
    notes += absence(ready.bindings.columns, found.units, made_up)
    return Report(
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
