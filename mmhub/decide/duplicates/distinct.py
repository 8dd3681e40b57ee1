"""Which duplicates a recipe asks to be dropped: by the facts of its steps, and by what its fields hold."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bindings, Bound, told
from mmhub.blocks import as_keys
from mmhub.contents import contents
from mmhub.decide.duplicates.compared import Holds, Kind, Take
from mmhub.decide.duplicates.preference import Quality
from mmhub.decide.duplicates.separating import Respect, separate_in
from mmhub.decide.verdicts import Column, Fates, Verdict
from mmhub.facts import Facts
from mmhub.operators import Best, Distinct, Encoder
from mmhub.units import Units

IDENTICAL = "identical"


def separate(fates: Fates, bindings: Bindings, units: Units, facts: Facts, column: Column) -> None:
    """Drop units that repeat another: first for what their fields hold, then by the rules of steps, in order."""
    for name, rule in bindings.distinct.items():
        rows, values = _held(name, bindings, units, facts)
        quality = _quality(bindings, rule, name, None, column)
        separate_in(_identity(name, rule, rows, values, quality), fates, units)
    for bound in bindings.bound:
        for distinct in bound.rules:
            if isinstance(distinct, Distinct) and (together := _together(bindings, bound, distinct))[0] == bound:
                separate_in(respect(bindings, together, distinct, column), fates, units)


def _together(bindings: Bindings, bound: Bound, rule: Distinct) -> list[Bound]:
    """Return the bound steps whose facts a rule compares with one another."""
    if not rule.pool:
        return [bound]
    alike = [each for each in bindings.bound if (each.step, each.modality) == (bound.step, bound.modality)]
    return [each for each in alike if rule in each.rules]


def respect(bindings: Bindings, bounds: Sequence[Bound], rule: Distinct, column: Column) -> Respect:
    """Return what a rule compares: the facts of ``bounds`` with one another."""
    first = bounds[0]
    fields = "+".join(dict.fromkeys(name for bound in bounds for name in bound.fields))
    rows = [column.rows(bound) for bound in bounds]
    starts = np.cumsum([0, *map(len, rows)])
    return Respect(
        f"{first.step if len(bounds) > 1 else first.name}.{rule.reason}",
        Verdict("dropped", rule.reason, first.step, fields, rule.fact),
        rule,
        _kind(first, rule.fact),
        np.concatenate(rows),
        _holding(bounds, rule.fact, starts, column),
        _taking(bounds, rule.fact, starts, column),
        _quality(bindings, rule, first.fields[0], first, column),
    )


def _identity(name: str, rule: Distinct, rows: np.ndarray, values: pa.Array, quality: Quality | None) -> Respect:
    """Return what a field is compared in for what it holds."""
    return Respect(
        f"{name}.{IDENTICAL}",
        Verdict("dropped", IDENTICAL, field=name),
        rule,
        "equal",
        rows,
        lambda places: np.asarray(values.is_valid())[places],
        lambda places: values.take(pa.array(places)),
        quality,
    )


def _holding(bounds: Sequence[Bound], fact: str, starts: np.ndarray, column: Column) -> Holds:
    """Return what tells which facts of several steps are known, those of each from one of ``starts`` on."""

    def holds(places: np.ndarray) -> np.ndarray:
        owners = np.searchsorted(starts, places, side="right") - 1
        found = np.zeros(len(places), bool)
        for n in np.unique(owners).tolist():
            found[owners == n] = column.holds(bounds[n], fact, places[owners == n] - starts[n])
        return found

    return holds


def _taking(bounds: Sequence[Bound], fact: str, starts: np.ndarray, column: Column) -> Take:
    """Return what gives facts of several steps, those of each from one of ``starts`` on."""

    def take(places: np.ndarray) -> pa.Array:
        if len(bounds) == 1 or not len(places):
            return column.some(bounds[0], fact, places)
        owners = np.searchsorted(starts, places, side="right") - 1
        order = np.argsort(owners, kind="stable")
        parts = [column.some(bounds[n], fact, places[owners == n] - starts[n]) for n in np.unique(owners).tolist()]
        known = next((part.type for part in parts if not pa.types.is_null(part.type)), pa.null())
        back = np.empty(len(places), np.int64)
        back[order] = np.arange(len(places))
        return pa.concat_arrays([part.cast(known) for part in parts]).take(pa.array(back))

    return take


def _held(name: str, bindings: Bindings, units: Units, facts: Facts) -> tuple[np.ndarray, pa.Array]:
    """Return the unit of every value of a field, and what tells them: their keys after repairs, or plain values."""
    if name in units.plain:
        return np.arange(len(units)), units.plain[name]
    return units.items[name].rows, as_keys(contents(name, bindings, units, facts).keys)


def _kind(bound: Bound, fact: str) -> Kind:
    if isinstance(bound.operator, Encoder):
        return "vector"
    dtype = next(each.dtype for each in bound.facts if each.name == fact)
    return "minhash" if dtype == "minhash" else "hash" if dtype == "uint64" else "equal"


def _quality(bindings: Bindings, rule: Distinct, name: str, own: Bound | None, column: Column) -> Quality | None:
    if not isinstance(rule.keep, Best):
        return None
    found = told(bindings.bound, rule.keep.fact, name, own)
    assert found is not None
    return Quality(*column(found[0], found[1].name))
