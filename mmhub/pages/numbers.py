"""Facts as numbers, and numbers as JSON can hold them."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as kinds

from mmhub.tables import flat

_DIGITS = 7


def is_number(kind: pa.DataType) -> bool:
    """Whether a fact of this type, or a list of such, is a quantity; hashes are none."""
    kind = kind.value_type if kinds.is_list(kind) else kind
    return bool(kinds.is_floating(kind) or kinds.is_signed_integer(kind))


def is_label(kind: pa.DataType) -> bool:
    """Whether a fact of this type, or a list of such, is a label."""
    kind = kind.value_type if kinds.is_list(kind) else kind
    return bool(kinds.is_string(kind) or kinds.is_boolean(kind))


def values_of(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Return the unit of each finite value of a column of numbers, int64[n], and the values, float64[n]."""
    rows, values = flat(column)
    numbers = np.asarray(values).astype(np.float64)
    finite = np.isfinite(numbers)
    return rows[finite], numbers[finite]


def per_unit(column: pa.ChunkedArray, count: int) -> np.ndarray | None:
    """Return a number for each unit, float64[count]: of a list the mean, NaN where none is known; None of labels."""
    if not is_number(column.type):
        return None
    rows, values = values_of(column)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.bincount(rows, values, count) / np.bincount(rows, minlength=count))


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: no infinity, no integer that JavaScript would round, digits that matter."""
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return f"{value:016x}"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
