"""Which units hold a value that their recipe does not allow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.binding.bound import Bindings
from mmhub.contents import contents
from mmhub.facts import Facts
from mmhub.recipes.recipe import Column
from mmhub.sources.plain import shown
from mmhub.units import Units


@dataclass(frozen=True)
class Failure:
    """Units that hold a value of ``field`` which the recipe does not allow, and for each a value in words.

    ``at_least`` and ``at_most`` are the bounds that a number is outside of.
    """

    field: str
    reason: str
    units: np.ndarray
    messages: Sequence[str]
    at_least: float | None = None
    at_most: float | None = None


def failures(bindings: Bindings, units: Units, facts: Facts) -> Iterator[Failure]:
    """Yield the units that hold a value which is not allowed, field by field: of texts as repairs left them."""
    for name, column in bindings.columns.items():
        if column.checks_values:
            values, rows = _values(name, bindings, units, facts)
            yield from _failures(name, column, values, rows)
        if column.count is not None:
            yield from _miscounted(
                name,
                column.count,
                _values(name, bindings, units, facts)[1] if name in units.plain else units.items[name].rows,
            )


def _miscounted(name: str, count: int, rows: np.ndarray) -> Iterator[Failure]:
    """Yield the units that hold another number of values of a field; one that holds none lacks it."""
    units, counts = np.unique(rows, return_counts=True)
    other = counts != count
    if other.any():
        messages = [f"found {found} values, expected {count}" for found in counts[other].tolist()]
        yield Failure(name, "miscounted", units[other], messages)


def wrong(columns: Mapping[str, Column], units: Units) -> np.ndarray:
    """Return, as bool[units], those that a plain column costs, which is known before anything is measured."""
    lost = np.zeros(len(units), bool)
    for faults in units.faults.values():
        lost[list(faults)] = True
    for name, column in columns.items():
        if column.checks_values and name in units.plain:
            for failure in _failures(name, column, *_plain(units.plain[name])):
                lost[failure.units] = True
    return lost


def _values(name: str, bindings: Bindings, units: Units, facts: Facts) -> tuple[pa.Array, np.ndarray]:
    """Return the values of a field of texts or plain values, flat, and the unit of each."""
    if name in units.plain:
        return _plain(units.plain[name])
    return contents(name, bindings, units, facts).texts, units.items[name].rows


def _plain(values: pa.Array) -> tuple[pa.Array, np.ndarray]:
    if not pa.types.is_list(values.type):
        return values, np.arange(len(values))
    return values.flatten(), np.asarray(pc.list_parent_indices(values), dtype=np.int64)


def _failures(name: str, column: Column, values: pa.Array, rows: np.ndarray) -> Iterator[Failure]:
    for reason, passing in _tests(column, values):
        failed = np.flatnonzero(~np.asarray(pc.fill_null(passing, True), dtype=bool))
        units, first = np.unique(rows[failed], return_index=True)
        found = values.take(pa.array(failed[first])).to_pylist()
        bounds = (column.at_least, column.at_most) if reason == "out-of-range" else (None, None)
        if len(units):
            yield Failure(name, reason, units, [f"found {shown(each)}" for each in found], *bounds)


def _tests(column: Column, values: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    """Yield, by reason, which values pass, null where there is none."""
    if column.pattern is not None:
        yield "mismatched", pc.match_substring_regex(values, f"^(?:{column.pattern})$")
    if column.at_least is not None or column.at_most is not None:
        # Asked so that NaN, which is neither small nor large, does not pass.
        numbers = pc.cast(values, pa.float64(), safe=False)
        inside = pc.greater_equal(numbers, -np.inf if column.at_least is None else column.at_least)
        yield (
            "out-of-range",
            pc.and_(inside, pc.less_equal(numbers, np.inf if column.at_most is None else column.at_most)),
        )
    if column.one_of is not None:
        allowed = pc.is_in(values, value_set=pa.array(list(column.one_of), values.type))
        yield "not-allowed", pc.if_else(pc.is_valid(values), allowed, None)
