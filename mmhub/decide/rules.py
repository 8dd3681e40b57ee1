"""Which units a rule drops, from the facts of their values."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.operators import Rule

_NORMAL = 1.4826
"""Scales the median absolute deviation to the standard deviation of a normal distribution."""


def failing(rule: Rule, facts: pa.Array, rows: np.ndarray, count: int, declared: pa.Array | None = None) -> np.ndarray:
    """Return, as bool[count], the units that ``rule`` drops.

    ``facts`` holds one value per subject and ``rows`` the unit of each; ``declared`` a value per unit that it should
    be, where the rule compares them. An absent fact passes, and so does one of which nothing is declared.
    """
    outside = _outside(rule, facts)
    if declared is not None and not pa.types.is_null(facts.type):
        outside = pc.or_kleene(outside, _unlike(rule, facts, declared.take(pa.array(rows))))
    failed = np.asarray(pc.fill_null(outside, False)) if len(facts) else np.zeros(0, bool)
    failures = np.bincount(rows[failed], minlength=count)
    if rule.over == "any":
        return np.asarray(failures > 0)
    subjects = np.bincount(rows, minlength=count)
    return np.asarray((failures == subjects) & (subjects > 0))


def _outside(rule: Rule, facts: pa.Array) -> pa.Array:
    outside = pa.array(np.zeros(len(facts), bool))
    if pa.types.is_null(facts.type):
        return outside
    if rule.one_of is not None:
        allowed = pa.array(list(rule.one_of), facts.type)
        outside = pc.or_kleene(outside, pc.and_(pc.is_valid(facts), pc.invert(pc.is_in(facts, value_set=allowed))))
    if rule.at_least is not None:
        outside = pc.or_kleene(outside, pc.less(pc.cast(facts, pa.float64()), rule.at_least))
    if rule.at_most is not None:
        outside = pc.or_kleene(outside, pc.greater(pc.cast(facts, pa.float64()), rule.at_most))
    return outside


def _unlike(rule: Rule, facts: pa.Array, declared: pa.Array) -> pa.Array:
    if pa.types.is_string(facts.type) or pa.types.is_boolean(facts.type):
        return pc.not_equal(facts, pc.cast(declared, facts.type))
    numbers = (pc.cast(each, pa.float64(), safe=False) for each in (facts, declared))
    return pc.greater(pc.abs(pc.subtract(*numbers)), rule.off_by)


def fitted(rule: Rule, facts: pa.Array) -> Rule:
    """Return a relative rule with its bounds in units of the fact, as fitted to ``facts``.

    Where there is nothing to fit, as when every fact is absent, or no spread to count in, as when all are equal,
    the rule has no bounds.
    """
    values = np.asarray(pc.drop_null(facts).cast(pa.float64())) if not pa.types.is_null(facts.type) else np.zeros(0)
    # Sums of floats depend on their order, and a bound must not depend on the order of rows.
    values = np.sort(values)
    if not len(values):
        return replace(rule, at_least=None, at_most=None, relative=None)
    return replace(
        rule, at_least=_bound(rule, rule.at_least, values), at_most=_bound(rule, rule.at_most, values), relative=None
    )


def _bound(rule: Rule, bound: float | None, values: np.ndarray) -> float | None:
    if bound is None:
        return None
    if rule.relative == "std":
        # The mean of equal numbers is not always that number, and would then drop them all.
        mean = np.clip(values.mean(), values[0], values[-1])
        return float(mean + bound * np.sqrt(np.mean((values - mean) ** 2)))
    if rule.relative == "quantile":
        return float(np.quantile(values, bound))
    median = np.median(values)
    deviation = np.median(np.abs(values - median))
    return float(median + bound * _NORMAL * deviation) if deviation else None
