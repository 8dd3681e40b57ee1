"""What another threshold would keep: exactly, as a build would decide; or about, from the ledger alone."""

from dataclasses import replace
from typing import Any

import numpy as np

from mmhub.decide.rules import failing
from mmhub.deciding import decided, listed
from mmhub.errors import RecipeError
from mmhub.operators import Rule
from mmhub.pages.opened import Opened
from mmhub.pages.rereading import Reread
from mmhub.plan import plan
from mmhub.tables import flat
from mmhub.tuning import Side
from mmhub.tuning.aim import aimed


def tried(opened: Opened, again: Reread, wanted: str, side: Side, value: float) -> dict[str, Any]:
    """Return what a build of the version's recipe with another bound would keep; nothing is decoded.

    ``wanted`` is STEP.FACT or STEP.REASON. Raises RecipeError for what the recipe does not have.
    """
    ready, found = again.ready, again.found
    aim = aimed(ready, wanted, side)
    bindings = aim.in_place(ready.bindings, aim.at(value))
    after = decided(replace(ready, bindings=bindings), found, opened.store, listed(ready.recipe))
    now = after.fates.codes == 0
    lacking = len(plan(bindings, found.units, found.facts).units)
    return _told(opened, now, aim.settings(value), exact=True, unmeasured=lacking, note="")


def estimated(opened: Opened, wanted: str, side: Side, value: float, note: str) -> dict[str, Any]:
    """Return about what another bound would keep: rows that nothing else drops, as far as the ledger knows."""
    column, called, rule, known = _meant(opened, wanted, side)
    rows, values = flat(opened.units[column])
    bound = replace(rule, at_least=value) if side == "at_least" else replace(rule, at_most=value)
    failed = failing(bound, values, rows, len(opened.units))
    own = opened.reasons.means(rule.reason) & opened.steps.means(called)
    place = f"{called}.{rule.reason}"
    settings = [*([] if known else [f"{place}.fact={rule.fact}"]), f"{place}.{side}={value!r}"]
    return _told(opened, (opened.kept | own) & ~failed, settings, exact=False, unmeasured=0, note=note)


def _meant(opened: Opened, wanted: str, side: Side) -> tuple[str, str, Rule, bool]:
    """Return the column of the fact that is meant, its step, the rule, and whether the recipe has it."""
    for column, (_, fact) in opened.rules.columns.items():
        called = opened.rules.called(column)
        for rule, had in opened.rules.of(column):
            if wanted in (f"{called}.{rule['reason']}", f"{called}.{fact}") and isinstance(had, Rule):
                return column, called, had, True
        if wanted == f"{called}.{fact}":
            reason = f"{'high' if side == 'at_most' else 'low'}-{fact.lower().replace('_', '-')}"
            return column, called, Rule(fact, reason=reason), False
    raise RecipeError(f"the version has no fact or threshold {wanted!r}")


def _told(
    opened: Opened, now: np.ndarray, settings: list[str], *, exact: bool, unmeasured: int, note: str
) -> dict[str, Any]:
    return {
        "kept": int(now.sum()),
        "more": int((now & ~opened.kept).sum()),
        "fewer": int((opened.kept & ~now).sum()),
        "unmeasured": unmeasured,
        "set": settings,
        "exact": exact,
        "note": note,
    }
