"""Asking a plugin about values, so that one which fails on a value costs that value and no other."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from mmhub.errors import Undecodable
from mmhub.operators import Fact
from mmhub.units import Fault

_AS: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "int64": int,
    "uint64": int,
    "float32": float,
    "float64": float,
    "string": str,
    "minhash": lambda signature: [int(each) for each in signature],
}


def ask(name: str, call: Callable[[Sequence[Any]], Sequence[Any]], values: Sequence[Any]) -> list[Any]:
    """Return one answer per value, in order: what ``call`` returns for it, or the fault it ran into.

    A call that raises, or returns the wrong number of answers, is repeated on halves until the value at fault
    stands alone.
    """
    try:
        answers = call(values)
        if len(answers) != len(values):
            raise ValueError(f"{len(answers)} answers to {len(values)} values")
        return list(answers)
    except Undecodable as error:
        failure = Fault(error.reason, error.message)
    except MemoryError:
        failure = Fault("out-of-memory", f"{name} ran out of memory")
    except Exception as error:  # noqa: BLE001  (a plugin may raise anything)
        failure = Fault("operator-error", f"{name}: {type(error).__name__}: {error}")
    if len(values) <= 1:
        return [failure] * len(values)
    middle = len(values) // 2
    return ask(name, call, values[:middle]) + ask(name, call, values[middle:])


def in_rows(columns: Mapping[str, Any], facts: Sequence[Fact], count: int) -> list[tuple[Any, ...]]:
    """Return measured columns as one tuple of plain values per value, in the order the facts are declared.

    Raises ValueError where a column is missing, unknown, of another length or of another type, or holds NaN.
    """
    names = [fact.name for fact in facts]
    if set(columns) != set(names):
        raise ValueError(f"facts {sorted(columns)} where {sorted(names)} are declared")
    checked = [_checked(columns[fact.name], fact, count) for fact in facts]
    return list(zip(*checked, strict=True))


def _checked(column: Any, fact: Fact, count: int) -> list[Any]:
    values = column.tolist() if isinstance(column, np.ndarray) else list(column)
    if len(values) != count:
        raise ValueError(f"{len(values)} values of {fact.name!r} for {count}")
    convert = _AS[fact.dtype]
    checked = [None if value is None else convert(value) for value in values]
    if fact.dtype in ("float32", "float64") and any(value is not None and math.isnan(value) for value in checked):
        raise ValueError(f"{fact.name!r} is not a number")
    return checked
