"""What became of every unit, and why."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.binding.bound import Bindings, Bound
from mmhub.decide.checks import failures
from mmhub.decide.duplicates.distinct import separate
from mmhub.decide.rules import failing, fitted
from mmhub.decide.verdicts import Column as Column
from mmhub.decide.verdicts import Fates as Fates
from mmhub.decide.verdicts import Verdict as Verdict
from mmhub.facts import MESSAGE, REASON, Facts
from mmhub.faults import Fault
from mmhub.operators import Rule
from mmhub.units import Units


def decide(
    bindings: Bindings, units: Units, facts: Facts, column: Column, *, keep: Sequence[str] | None, deny: Sequence[str]
) -> Fates:
    """Return the fate of every unit.

    What could not be had or read is quarantined. Then drops what holds a value that is not allowed; absolute rules,
    in the recipe's order; relative rules, fitted all at once on what the absolute ones leave; duplicates; last what
    lacks a required field.
    """
    fates = Fates(np.zeros(len(units), dtype=np.int64))
    _listed(fates, units, keep, deny)
    _quarantine(fates, bindings, units, facts, column)
    for failure in failures(bindings, units, facts):
        verdict = Verdict(
            "dropped", failure.reason, field=failure.field, at_least=failure.at_least, at_most=failure.at_most
        )
        fates.explain(failure.units, failure.messages, fates.give(failure.units, verdict))
    for bound, rule in _rules(bindings, relative=False):
        _apply(fates, bound, rule, column, units)
    standing = fates.codes == 0
    column.settle(standing)
    relative = [
        (bound, _fit(rule, *column(bound, rule.fact), standing) if rule.relative else rule)
        for bound, rule in _rules(bindings, relative=True)
    ]
    column.impute()
    for bound, rule in _rules(bindings, relative=False):
        if bound.impute:
            _apply(fates, bound, rule, column, units)
    for bound, rule in relative:
        fates.fitted[bound.name, rule.reason] = rule
        _apply(fates, bound, rule, column, units)
    separate(fates, bindings, units, facts, column)
    for name, declared in bindings.columns.items():
        if declared.required:
            fates.give(_missing(units, name), Verdict("dropped", "missing", field=name))
    return fates


def _listed(fates: Fates, units: Units, keep: Sequence[str] | None, deny: Sequence[str]) -> None:
    if keep is not None:
        listed = np.asarray(pc.is_in(units.ids, value_set=pa.array(keep, units.ids.type)))
        fates.give(np.flatnonzero(~listed), Verdict("dropped", "not-listed"))
    if deny:
        denied = np.asarray(pc.is_in(units.ids, value_set=pa.array(deny, units.ids.type)))
        fates.give(np.flatnonzero(denied), Verdict("dropped", "denied"))


def _quarantine(fates: Fates, bindings: Bindings, units: Units, facts: Facts, column: Column) -> None:
    for name, items in units.items.items():
        lost = sorted(items.faults)
        found = [items.faults[item] for item in lost]
        _confine(
            fates, items.rows[lost], [each.reason for each in found], [each.message for each in found], "source", name
        )
    for name, faults in units.faults.items():
        _confine_all(fates, faults, "source", name)
    for bound in bindings.bound:
        if bound.of is not None:
            continue
        known = facts[bound.name]
        faulty = np.flatnonzero(known.faulty)
        if len(faulty):
            why = known.blocks.take(known.positions[faulty], [REASON, MESSAGE])
            reasons, messages = why[REASON].to_pylist(), why[MESSAGE].to_pylist()
            _confine(fates, known.subjects.rows[faulty], reasons, messages, bound.step, bound.fields[0])
    for bound in bindings.of_kind("vectors"):
        _confine_all(fates, column.faults(bound), bound.step, "+".join(bound.fields))


def _confine_all(fates: Fates, faults: Mapping[int, Fault], step: str, name: str) -> None:
    """Quarantine units by their faults."""
    rows = np.array(sorted(faults), dtype=np.int64)
    found = [faults[row] for row in rows.tolist()]
    _confine(fates, rows, [each.reason for each in found], [each.message for each in found], step, name)


def _confine(
    fates: Fates, rows: np.ndarray, reasons: Sequence[str], messages: Sequence[str], step: str, name: str
) -> None:
    """Quarantine units by the reasons of their values, one verdict for each reason."""
    kinds = np.asarray(reasons, dtype=object)
    for reason in sorted(set(reasons)):
        these = np.flatnonzero(kinds == reason)
        given = fates.give(rows[these], Verdict("quarantined", reason, step, name))
        fates.explain(rows[these], [messages[n] for n in these.tolist()], given)


def _rules(bindings: Bindings, *, relative: bool) -> list[tuple[Bound, Rule]]:
    return [
        (bound, rule)
        for bound in bindings.bound
        for rule in bound.rules
        if isinstance(rule, Rule) and bound.is_late(rule) == relative
    ]


def _apply(fates: Fates, bound: Bound, rule: Rule, column: Column, units: Units) -> None:
    facts, rows = column(bound, rule.fact)
    failed = failing(rule, facts, rows, len(fates.codes), units.plain[rule.like] if rule.like else None)
    verdict = Verdict(
        "dropped", rule.reason, bound.step, "+".join(bound.fields), rule.fact, rule.at_least, rule.at_most
    )
    fates.give(np.flatnonzero(failed), verdict)


def _fit(rule: Rule, facts: pa.Array, rows: np.ndarray, standing: np.ndarray) -> Rule:
    return fitted(rule, facts.filter(pa.array(standing[rows])))


def _missing(units: Units, name: str) -> np.ndarray:
    if name in units.plain:
        return np.flatnonzero(np.asarray(pc.is_null(units.plain[name])))
    return np.flatnonzero(np.bincount(units.items[name].rows, minlength=len(units)) == 0)
