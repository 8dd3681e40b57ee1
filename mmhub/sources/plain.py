"""A column of plain values as the source yields them, with the rows whose value is of another type."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from mmhub.errors import SourceError, Undecodable
from mmhub.faults import Fault
from mmhub.operators import Remote
from mmhub.recipes.recipe import Column

_CHUNK = 4096
_ARROW = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_()}
_WRONG = (ValueError, TypeError, OverflowError, pa.ArrowException)
"""What Arrow raises for a value that is of another type, or too large for this one."""
_WRONG_TYPE = "wrong-type"
_SHOWN = 120


class Plain:
    """Gathers a column that is passed through. A value of another type is absent, and costs its row.

    With ``spread`` a row may hold a list of values or a single one, and the column is one of lists.
    """

    def __init__(self, name: str, column: Column, *, spread: bool = False) -> None:
        kind = _ARROW[column.modality] if column.length is None else pa.list_(_ARROW[column.modality], column.length)
        self._kind = pa.list_(kind) if column.many or spread else kind
        self._spread = spread
        self._name = name
        one = column.modality if column.length is None else f"{column.length} {column.modality}"
        self._declared = f"a list of {one}" if column.many else one
        self._open: list[tuple[int, Any]] = []
        self._chunks: list[pa.Array] = []
        self.faults: dict[int, Fault] = {}

    def add(self, row: int, value: Any) -> None:
        """Add the value of the next row."""
        value = value.url if isinstance(value, Remote) else value
        if self._spread and value is not None and not isinstance(value, list | tuple | Undecodable):
            value = [value]
        self._open.append((row, value))
        if len(self._open) >= _CHUNK:
            self._close()

    def array(self) -> pa.Array:
        """Return the column; raise SourceError where no value at all is of its type."""
        self._close()
        whole = pa.concat_arrays(self._chunks)
        # A row of which nothing could be read says nothing about the column.
        wrong = [row for row, fault in self.faults.items() if fault.reason == _WRONG_TYPE]
        if wrong and whole.null_count == len(whole):
            first = self.faults[min(wrong)].message
            raise SourceError(f"no value of the column {self._name!r} is what the recipe says it holds: {first}")
        return whole

    def _close(self) -> None:
        values = [value for _, value in self._open]
        try:
            self._chunks.append(_array(values, self._kind))
        except _WRONG:
            # One by one, so that what becomes of a value does not depend on those beside it.
            self._chunks.append(pa.concat_arrays([self._one(row, value) for row, value in self._open]))
        self._open = []

    def _one(self, row: int, value: Any) -> pa.Array:
        if isinstance(value, Undecodable):
            self.faults[row] = Fault(value.reason, value.message)
            return pa.nulls(1, self._kind)
        try:
            return _array([value], self._kind)
        except _WRONG:
            self.faults[row] = Fault(_WRONG_TYPE, f"expected {self._declared}, found {shown(value)}")
            return pa.nulls(1, self._kind)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Return values as an array; where all are texts, as in a CSV file, they are read as what they should be."""
    first = values[0] if values else None
    listed = pa.types.is_list(kind)
    if listed and isinstance(first, list | tuple):
        first = first[0] if first else None
    if isinstance(first, str) and not pa.types.is_string(kind.value_type if listed else kind):
        return pa.array(values, pa.list_(pa.string()) if listed else pa.string()).cast(kind)
    _check_whole(values, kind)
    return pa.array(values, kind)


def _check_whole(values: Iterable[Any], kind: pa.DataType) -> None:
    """Raise ValueError for a number that is not whole, in a column of whole ones: Arrow would cut it short."""
    if pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind):
        for each in values:
            if isinstance(each, Iterable):
                _check_whole(each, kind.value_type)
    elif pa.types.is_integer(kind):
        for each in values:
            if type(each) is not int and each is not None and each != int(each):
                raise ValueError(f"{each!r} is no whole number")


def shown(value: Any) -> str:
    """Return a value as Python writes it, cut short where it is long."""
    words = repr(value)
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
