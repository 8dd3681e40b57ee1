"""What a threshold does, and what another one would do, from the facts that are known: nothing is decoded."""

from dataclasses import replace
from typing import Any

import numpy as np

from mmhub.deciding import Decided, decided, listed
from mmhub.errors import RecipeError
from mmhub.operators import Rule
from mmhub.plan import plan
from mmhub.request import Ready
from mmhub.store import Store
from mmhub.survey import Survey
from mmhub.tuning.aim import Aim, Side, aimed
from mmhub.tuning.spread import around, candidates, deciding, histogram
from mmhub.version import newest

__all__ = ["Side", "check_known", "tune"]

_BINS = 24
_AROUND, _EXAMPLES = 4, 8
_EXACT = 200_000
"""Rows up to which every threshold is decided on as a build would; beyond, what else drops rows stays as it is."""


def tune(
    ready: Ready, found: Survey, store: Store, wanted: str, *, side: Side | None = None, value: float | None = None
) -> dict[str, Any]:
    """Return how the fact of a rule is spread, the rows around its threshold, and what others would keep.

    ``wanted`` names the rule, as STEP, STEP.FACT or STEP.REASON. With ``side`` and ``value`` another bound is tried.
    Where every fact is known that a build with it would ask for, the numbers are those of that build.
    """
    aim = aimed(ready, wanted, side)
    before = decided(ready, found, store, listed(ready.recipe))
    facts = [before.columns(bound, aim.rule.fact) for bound in aim.bounds]
    values = deciding(aim.rule, aim.side, facts, len(found.units))
    kept = before.fates.codes == 0
    threshold = _threshold(aim, before, aim.bound)
    return {
        "name": ready.recipe.name,
        "step": aim.step,
        "fact": aim.rule.fact,
        "summary": next(
            each.summary for each in (*aim.bounds[0].facts, *aim.bounds[0].scores) if each.name == aim.rule.fact
        ),
        "reason": aim.rule.reason,
        "side": aim.side,
        "relative": aim.rule.relative,
        "bound": aim.bound,
        "threshold": threshold,
        "rows": {"read": len(values), "known": int((~np.isnan(values)).sum()), "kept": int(kept.sum())},
        "unmeasured": len(found.plan.units),
        "histogram": histogram(values, kept, bins=_BINS),
        "around": [] if threshold is None else _rows(before, values, around(values, threshold, aim.side, each=_AROUND)),
        "others": _others(ready, found, store, aim, before, values, value),
        "trial": None if value is None else _trial(ready, found, store, aim, before, values, value),
    }


def check_known(ready: Ready, store: Store) -> None:
    """Raise RecipeError where rows are cut that no build has cut yet, as that decodes them."""
    if ready.bindings.segment is not None and newest(store, ready.recipe.name) is None:
        raise RecipeError(f"{ready.recipe.name!r} cuts rows, and none have been cut yet: build it first")


def _decide(ready: Ready, found: Survey, store: Store, aim: Aim, rule: Rule) -> Decided:
    changed = replace(ready, bindings=aim.in_place(ready.bindings, rule))
    return decided(changed, found, store, listed(ready.recipe))


def _threshold(aim: Aim, made: Decided, bound: float | None) -> float | None:
    """Return a bound in units of the fact; of a relative one as it was fitted, of several fields for the first."""
    if bound is None or aim.rule.relative is None:
        return bound
    fitted = made.fates.fitted.get((aim.bounds[0].name, aim.rule.reason))
    return None if fitted is None else getattr(fitted, aim.side)


def _others(
    ready: Ready, found: Survey, store: Store, aim: Aim, before: Decided, values: np.ndarray, tried: float | None
) -> list[dict[str, Any]]:
    """Return, for several bounds, how many rows they fail and how many would be kept."""
    exact = len(values) <= _EXACT
    others = []
    for value in candidates(aim.rule, aim.side, values, (aim.bound, tried)):
        made = _decide(ready, found, store, aim, aim.at(value)) if exact or aim.rule.relative else before
        threshold = _threshold(aim, made, value)
        failed = np.zeros(len(values), bool)
        if threshold is not None:
            failed = values < threshold if aim.side == "at_least" else values > threshold
        own = np.array([each.reason == aim.rule.reason and each.step == aim.step for each in before.fates.verdicts])
        stays = ((before.fates.codes == 0) | own[before.fates.codes]) & ~failed
        others.append(
            {
                "bound": value,
                "threshold": threshold,
                "fail": int(failed.sum()),
                "kept": int((made.fates.codes == 0).sum()) if exact else int(stays.sum()),
                "exact": exact,
                "set": aim.settings(value),
            }
        )
    return others


def _trial(
    ready: Ready, found: Survey, store: Store, aim: Aim, before: Decided, values: np.ndarray, value: float
) -> dict[str, Any]:
    """Return what one other bound changes."""
    after = _decide(ready, found, store, aim, aim.at(value))
    was, now = before.fates.codes == 0, after.fates.codes == 0
    lacking = plan(aim.in_place(ready.bindings, aim.at(value)), found.units, found.facts).units
    return {
        "bound": value,
        "threshold": _threshold(aim, after, value),
        "kept": int(now.sum()),
        "more": int((now & ~was).sum()),
        "fewer": int((was & ~now).sum()),
        "unmeasured": len(lacking),
        "gained": _rows(after, values, np.flatnonzero(now & ~was)[:_EXAMPLES]),
        "lost": _rows(after, values, np.flatnonzero(was & ~now)[:_EXAMPLES]),
        "set": aim.settings(value),
    }


def _rows(made: Decided, values: np.ndarray, units: np.ndarray) -> list[dict[str, Any]]:
    found = []
    for unit in units.tolist():
        verdict = made.fates.verdicts[made.fates.codes[unit]]
        about = {"fate": verdict.fate, "reason": verdict.reason}
        value = None if np.isnan(values[unit]) else float(values[unit])
        found.append({"row_id": made.units.ids[unit].as_py(), "value": value, **about})
    return found
