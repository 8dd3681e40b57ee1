"""Asking a plugin about values, so that one which fails on a value costs that value and no other."""

import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from mmhub.errors import Undecodable
from mmhub.faults import Fault
from mmhub.operators import Fact


def ask(name: str, call: Callable[[Sequence[Any]], Sequence[Any]], values: Sequence[Any]) -> list[Any]:
    """Return one answer per value, in order: what ``call`` returns for it, or the fault it ran into.

    A call that raises, or returns the wrong number of answers, is repeated on halves until the value at fault
    stands alone.
    """
    try:
        answers = call(list(values))  # a plugin may empty the list it is given
        if len(answers) != len(values):
            raise ValueError(f"{len(answers)} answers to {len(values)} values")
        return list(answers)
    except Undecodable as error:
        failure = Fault(error.reason, error.message)
    except MemoryError:
        failure = Fault("out-of-memory", f"{name}: it asks for more memory than a value may have")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  (a plugin may raise anything, and leave as if it were alone)
        failure = Fault("operator-error", f"{name}: {described(error)}")
    if len(values) <= 1:
        return [failure] * len(values)
    middle = len(values) // 2
    return ask(name, call, values[:middle]) + ask(name, call, values[middle:])


def described(error: BaseException) -> str:
    """Return the class of an error and what it says, if it can be brought to say anything."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001  (a plugin's error may fail at being printed, too)
        return type(error).__name__


def in_rows(columns: Mapping[str, Any], facts: Sequence[Fact], count: int) -> list[tuple[Any, ...]]:
    """Return measured columns as one tuple of plain values per value, in the order the facts are declared.

    Raises ValueError where a column is missing, unknown, of another length or of another type, or holds NaN.
    """
    names = [fact.name for fact in facts]
    if not isinstance(columns, Mapping) or set(columns) != set(names):
        found = sorted(map(str, columns)) if isinstance(columns, Mapping) else type(columns).__name__
        raise ValueError(f"facts {found} where {sorted(names)} are declared")
    checked = [_checked(columns[fact.name], fact, count) for fact in facts]
    return list(zip(*checked, strict=True))


def _checked(column: Any, fact: Fact, count: int) -> list[Any]:
    values = column.tolist() if isinstance(column, np.ndarray) else list(column)
    if len(values) != count:
        raise ValueError(f"{len(values)} values of {fact.name!r} for {count}")
    convert = _AS[fact.dtype]
    try:
        return [None if value is None else convert(value) for value in values]
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{fact.name!r} {error}") from error


def _truth(value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"is {type(value).__name__}, expected bool")
    return bool(value)


def _integer(value: Any, least: int, most: int) -> int:
    if not isinstance(value, numbers.Integral):
        raise TypeError(f"is {type(value).__name__}, expected int")
    number = int(value)
    if not least <= number <= most:
        raise ValueError(f"is {number}, out of the range of its type")
    return number


def _real(value: Any) -> float:
    if not isinstance(value, numbers.Real):
        raise TypeError(f"is {type(value).__name__}, expected float")
    number = float(value)
    if math.isnan(number):
        raise ValueError("is not a number")
    return number


def _signature(value: Any) -> np.ndarray:
    found = np.asarray(value)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        raise TypeError(f"holds {found.dtype} in {found.ndim} dimensions, expected a list of int")
    if len(found) and not 0 <= int(found.min()) <= int(found.max()) < 2**32:
        raise ValueError("holds numbers out of the range of its type")
    return found.astype(np.uint32)


def text(value: Any) -> str:
    """Return ``value`` where it is a text that has a form in UTF-8; raise TypeError or ValueError elsewhere."""
    if not isinstance(value, str):
        raise TypeError(f"is {type(value).__name__}, expected str")
    value.encode()
    return value


def _span(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not {"start", "end"} <= set(value) <= {"start", "end", "text", "confidence"}:
        raise TypeError(f"holds {value!r}, expected spans with start, end, text and confidence")
    words, confidence = value.get("text"), value.get("confidence")
    start, end = (_AS["int64"](value[side]) for side in ("start", "end"))
    if end < start:
        raise ValueError(f"holds a span that ends at {end}, before its start at {start}")
    return {
        "start": start,
        "end": end,
        "text": None if words is None else text(words),
        "confidence": None if confidence is None else _real(confidence),
    }


_AS: dict[str, Callable[[Any], Any]] = {
    "bool": _truth,
    "int64": lambda value: _integer(value, -(2**63), 2**63 - 1),
    "uint64": lambda value: _integer(value, 0, 2**64 - 1),
    "float32": _real,
    "float64": _real,
    "string": text,
    "minhash": _signature,
    "spans": lambda spans: [_span(each) for each in spans],
}
