"""What became of every unit, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.bound import Bindings, Bound
from mmhub.decide.duplicates import repeats
from mmhub.decide.minhash import resembles
from mmhub.decide.rules import failing, fitted
from mmhub.facts import MESSAGE, REASON, Facts
from mmhub.operators import Distinct, Rule
from mmhub.units import Units

Fate = Literal["kept", "dropped", "quarantined"]
_AT_ONCE = 4096
"""Signatures looked at at a time."""


class Column(Protocol):
    """Gives facts of a step."""

    def __call__(self, bound: Bound, fact: str) -> tuple[pa.Array, np.ndarray]:
        """Return a fact: a value per subject, and the unit of each, int64."""

    def rows(self, bound: Bound) -> np.ndarray:
        """Return the unit of each subject, int64."""

    def some(self, bound: Bound, fact: str, subjects: np.ndarray) -> pa.Array:
        """Return a fact of ``subjects``, int64 places."""


@dataclass(frozen=True)
class Verdict:
    """A fate with its reason: the step, field and fact that decided, and the bounds the fact had to keep."""

    fate: Fate
    reason: str = ""
    step: str = ""
    field: str = ""
    fact: str = ""
    at_least: float | None = None
    at_most: float | None = None


@dataclass
class Fates:
    """The fate of every unit: ``codes`` int64[units] are places in ``verdicts``, of which the first is "kept".

    ``messages`` says, by unit, what a decoder found or which unit another one repeats.
    """

    codes: np.ndarray
    verdicts: list[Verdict] = field(default_factory=lambda: [Verdict("kept")])
    messages: dict[int, str] = field(default_factory=dict)

    @property
    def kept(self) -> np.ndarray:
        """The units that are kept, in order, as int64."""
        return np.flatnonzero(self.codes == 0)

    def give(self, units: np.ndarray, verdict: Verdict) -> np.ndarray:
        """Give a verdict to those of ``units`` (int64 places) that have none yet, and return which these are."""
        new = np.unique(units[self.codes[units] == 0])
        if len(new):
            if verdict not in self.verdicts:
                self.verdicts.append(verdict)
            self.codes[new] = self.verdicts.index(verdict)
        return np.asarray(new)

    def explain(self, units: np.ndarray, messages: Sequence[str], given: np.ndarray) -> None:
        """Note a message for each of ``units`` that is among those just ``given`` a verdict."""
        chosen = set(given.tolist())
        for unit, message in zip(units.tolist(), messages, strict=True):
            if unit in chosen:
                self.messages.setdefault(unit, message)


def decide(
    bindings: Bindings, units: Units, facts: Facts, column: Column, *, keep: Sequence[str] | None, deny: Sequence[str]
) -> Fates:
    """Return the fate of every unit.

    What could not be had or read is quarantined. Then absolute rules drop, in the recipe's order; relative rules,
    fitted all at once on what the absolute ones leave; duplicates; last what lacks a required field.
    """
    fates = Fates(np.zeros(len(units), dtype=np.int64))
    _listed(fates, units, keep, deny)
    _quarantine(fates, bindings, units, facts)
    for bound, rule in _rules(bindings, relative=False):
        _apply(fates, bound, rule, column)
    standing = fates.codes == 0
    relative = [
        (bound, _fit(rule, *column(bound, rule.fact), standing)) for bound, rule in _rules(bindings, relative=True)
    ]
    for bound, rule in relative:
        _apply(fates, bound, rule, column)
    for bound in bindings.bound:
        for distinct in bound.rules:
            if isinstance(distinct, Distinct):
                _separate(fates, bound, distinct, units, column)
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


def _quarantine(fates: Fates, bindings: Bindings, units: Units, facts: Facts) -> None:
    for name, items in units.items.items():
        lost = sorted(items.faults)
        found = [items.faults[item] for item in lost]
        _confine(
            fates, items.rows[lost], [each.reason for each in found], [each.message for each in found], "source", name
        )
    for bound in bindings.bound:
        if bound.of is None:
            known = facts[bound.name]
            faulty = np.flatnonzero(known.faulty)
            reasons = known.column(REASON).take(faulty).to_pylist()
            messages = known.column(MESSAGE).take(faulty).to_pylist()
            _confine(fates, known.subjects.rows[faulty], reasons, messages, bound.step, bound.fields[0])


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
        if isinstance(rule, Rule) and (rule.relative is not None) == relative
    ]


def _apply(fates: Fates, bound: Bound, rule: Rule, column: Column) -> None:
    facts, rows = column(bound, rule.fact)
    failed = failing(rule, facts, rows, len(fates.codes))
    verdict = Verdict(
        "dropped", rule.reason, bound.step, "+".join(bound.fields), rule.fact, rule.at_least, rule.at_most
    )
    fates.give(np.flatnonzero(failed), verdict)


def _fit(rule: Rule, facts: pa.Array, rows: np.ndarray, standing: np.ndarray) -> Rule:
    return fitted(rule, facts.filter(pa.array(standing[rows])))


def _separate(fates: Fates, bound: Bound, rule: Distinct, units: Units, column: Column) -> None:
    """Drop, of units that stand and whose facts repeat, all but the one with the smallest row id."""
    rows = column.rows(bound)
    standing = np.flatnonzero(fates.codes[rows] == 0)
    usable = standing[_present(bound, rule.fact, standing, column)]
    # By row id, so that which of several is kept does not depend on the order of rows.
    usable = usable[np.asarray(pc.sort_indices(units.ids.take(pa.array(rows[usable]))))]
    if next(each.dtype for each in bound.facts if each.name == rule.fact) == "minhash":
        of = resembles(
            lambda places: _signatures(column.some(bound, rule.fact, usable[places])),
            len(usable),
            at_least=rule.at_least or 1.0,
        )
    else:
        of = repeats(_hashes(column.some(bound, rule.fact, usable)), within=rule.within)
    later = np.flatnonzero(of >= 0)
    repeating, originals = rows[usable[later]], rows[usable[of[later]]]
    given = fates.give(repeating, Verdict("dropped", rule.reason, bound.step, "+".join(bound.fields), rule.fact))
    fates.explain(repeating, [f"repeats {units.ids[n].as_py()}" for n in originals.tolist()], given)


def _present(bound: Bound, fact: str, subjects: np.ndarray, column: Column) -> np.ndarray:
    """Return of which of ``subjects`` a fact is known, as bool."""
    parts = [
        np.asarray(pc.is_valid(column.some(bound, fact, subjects[start : start + _AT_ONCE])))
        for start in range(0, len(subjects), _AT_ONCE)
    ]
    return np.concatenate([np.zeros(0, bool), *parts])


def _signatures(values: pa.ListArray) -> np.ndarray:
    """Return MinHash signatures as uint32[n, k]."""
    return np.asarray(values.flatten(), dtype=np.uint32).reshape(len(values), -1)


def _hashes(values: pa.Array) -> np.ndarray:
    """Return facts as uint64: hashes as they are, anything else numbered by equality."""
    if pa.types.is_uint64(values.type):
        return np.asarray(values)
    return np.asarray(values.dictionary_encode().indices).astype(np.uint64)


def _missing(units: Units, name: str) -> np.ndarray:
    if name in units.plain:
        return np.flatnonzero(np.asarray(pc.is_null(units.plain[name])))
    return np.flatnonzero(np.bincount(units.items[name].rows, minlength=len(units)) == 0)
