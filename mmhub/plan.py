"""What is still to be measured: which steps, of which values, of which units. Nothing is opened here."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mmhub.binding.bound import Bindings
from mmhub.decide.checks import wrong
from mmhub.decide.rules import failing
from mmhub.facts import Facts
from mmhub.operators import Rule
from mmhub.units import Units


@dataclass(frozen=True)
class Plan:
    """What a build would measure.

    ``wanted`` says, by the name of a step, of which of its subjects facts are lacking; ``units`` int64[n] are the
    units that lack any, or hold a value nobody has read yet. ``spared`` bool[units] are those that no encoder sees, as
    an absolute rule or a fault costs them by what is known; none where there is no encoder.
    """

    wanted: Mapping[str, np.ndarray]
    units: np.ndarray
    spared: np.ndarray


def plan(bindings: Bindings, units: Units, facts: Facts) -> Plan:
    """Return what is to be measured of ``units`` beyond the ``facts`` that are known."""
    lost = _lost(bindings, units, facts)
    spared = _spared(bindings, units, facts, lost)
    wanted: dict[str, np.ndarray] = {}
    busy = np.zeros(len(units), bool)
    for bound in bindings.bound:
        if bound.of is not None:
            continue
        known = facts[bound.name]
        about = known.subjects
        lacking = known.absent & ~lost[bound.fields[0]][about.left]
        if len(bound.fields) == 2:
            lacking &= ~lost[bound.fields[1]][about.right]
        for name in bound.beside:
            lacking &= ~np.isin(about.rows, units.items[name].rows[lost[name]])
        if bound.kind == "encode":
            lacking &= ~spared[about.rows]
        wanted[bound.name] = lacking
        busy[about.rows[lacking]] = True
    for name, items in units.items.items():
        busy[items.rows[~items.known & ~lost[name]]] = True
    return Plan(wanted=wanted, units=np.flatnonzero(busy), spared=spared)


def _spared(bindings: Bindings, units: Units, facts: Facts, lost: Mapping[str, np.ndarray]) -> np.ndarray:
    if not bindings.of_kind("encode"):
        return np.zeros(len(units), bool)
    spared = dropped_by_rules(bindings, len(units), facts)
    spared |= _quarantined(units, facts, lost) | wrong(bindings.columns, units)
    return spared


def dropped_by_rules(bindings: Bindings, count: int, facts: Facts) -> np.ndarray:
    """Return, as bool[count], the units that an absolute rule drops by the facts that are known."""
    dropped = np.zeros(count, bool)
    for bound in bindings.bound:
        for rule in bound.rules if bound.of is None else ():
            if isinstance(rule, Rule) and rule.relative is None:
                known = facts[bound.name]
                dropped |= failing(rule, known.column(rule.fact), known.subjects.rows, count)
    return dropped


def _quarantined(units: Units, facts: Facts, lost: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return, as bool[units], those of which a value could not be had, or a step failed."""
    hit = np.zeros(len(units), bool)
    for name, items in units.items.items():
        hit[items.rows[lost[name]]] = True
    for known in facts.values():
        hit[known.subjects.rows[known.faulty]] = True
    return hit


def _lost(bindings: Bindings, units: Units, facts: Facts) -> dict[str, np.ndarray]:
    """Return, by field, the items of which nothing more can be found out: not there, or known not to decode."""
    lost = {name: np.zeros(len(items), bool) for name, items in units.items.items()}
    for name, items in units.items.items():
        lost[name][list(items.faults)] = True
    for bound in bindings.of_kind("decode", "repair"):
        lost[bound.fields[0]] |= facts[bound.name].faulty
    return lost
