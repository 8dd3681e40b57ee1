"""Which units lack a field, how many those are, and what to do about it."""

from collections.abc import Iterator, Mapping, Set

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.errors import SourceError
from mmhub.recipes.recipe import Column
from mmhub.units import Units

_FEW, _MANY = 0.05, 0.4
"""Shares of rows that lack a field: below the one it hardly matters which way is taken, above the other no way is good
(Jakobsen et al., When and how should multiple imputation be used, BMC Medical Research Methodology 17:162, 2017)."""


def absent(units: Units, name: str) -> np.ndarray:
    """Return, as bool[units], those that lack a field: of a list field those that have none of its values.

    A value that is there and of a wrong type is not absent.
    """
    if name not in units.plain:
        return np.asarray(np.bincount(units.items[name].rows, minlength=len(units)) == 0)
    lacking = np.array(pc.is_null(units.plain[name]), dtype=bool)
    lacking[list(units.faults.get(name, ()))] = False
    return lacking


def masks(columns: Mapping[str, Column], units: Units) -> dict[str, pa.Array]:
    """Return, by the name of the column that says so, which units have a field that may be lacking."""
    return {f"{name}.present": pa.array(~absent(units, name)) for name, column in columns.items() if column.mask}


def check_absent(columns: Mapping[str, Column], units: Units) -> None:
    """Raise SourceError where more rows lack a field than a recipe bears."""
    for name, share in _above(columns, units):
        if columns[name].if_more_absent == "stop":
            raise SourceError(f"{_said(name, share, columns[name])}: mend the source, or allow for more")


def absence(columns: Mapping[str, Column], units: Units, made_up: Set[str]) -> list[str]:
    """Return what there is to say about fields that rows lack, in sentences: too many, and what may be done.

    Of fields whose facts or vectors are ``made_up`` nothing is advised.
    """
    found = [_said(name, share, columns[name]) for name, share in _above(columns, units)]
    for name, column in columns.items():
        share = float(absent(units, name).mean()) if len(units) else 0.0
        if share and name not in made_up and not (column.required or column.mask or column.most_absent is not None):
            found.append(f"{_percent(share)} of the rows lack {name!r}: {_advice(name, share)}")
    return found


def _above(columns: Mapping[str, Column], units: Units) -> Iterator[tuple[str, float]]:
    for name, column in columns.items():
        if column.most_absent is not None and len(units):
            share = float(absent(units, name).mean())
            if share > column.most_absent:
                yield name, share


def _said(name: str, share: float, column: Column) -> str:
    most = _percent(column.most_absent or 0)
    return f"{_percent(share)} of the rows lack {name!r}, more than the {most} that `most_absent` bears"


def _advice(name: str, share: float) -> str:
    if share < _FEW:
        return "so few can be dropped (`required: true`) without a trace"
    if share <= _MANY:
        return "keep them and say which (`mask: true`), or let a step `impute`: dropping them may skew the rest"
    return f"too many to make up for: consider leaving the field out (`{name}: null`), or keep a mask (`mask: true`)"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
