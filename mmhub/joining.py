"""Streams with clocks of their own (sensors, logs, captions) joined to another by timestamp."""

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.errors import SourceError

By = Literal["nearest", "previous", "linear"]
"""Which sample belongs to a time: the nearest, the last one until then, or what lies between its two neighbours."""


def join(
    left: pa.Table,
    right: pa.Table,
    *,
    on: str = "time_ns",
    by: By = "nearest",
    tolerance_ns: int | None = None,
    late_ns: int | None = None,
) -> pa.Table:
    """Return ``left`` with the columns of ``right`` beside it, as they are at the times of ``left``.

    The column ``on`` of both holds int64 nanoseconds of one clock. ``right`` is in the order in which its samples
    arrived; of samples of one time the last one counts. Cells are null where no sample is within ``tolerance_ns``:
    with ``linear`` both neighbours have to be, and nothing is extrapolated. ``linear`` turns numbers into float64.
    Samples that are `late` by more than ``late_ns`` are discarded.
    Raises SourceError for times that are no int64 or null, for columns of one name, and for ``linear`` of what is
    no number.
    """
    times, samples = _times(left, on), _times(right, on)
    values = right.drop_columns([on])
    _refuse_clashes(left, values)
    order = np.flatnonzero(~late(samples, late_ns=late_ns))
    order = order[np.argsort(samples[order], kind="stable")]
    if by == "linear":
        before, after, weights = between(times, samples[order], tolerance_ns=tolerance_ns)
        found = [_mixed(column, name, order, before, after, weights) for name, column in _columns(values)]
    else:
        at = (previous if by == "previous" else nearest)(times, samples[order], tolerance_ns=tolerance_ns)
        found = [column.take(_taken(order, at)) for _, column in _columns(values)]
    for name, column in zip(values.column_names, found, strict=True):
        left = left.append_column(name, column)
    return left


def late(samples: np.ndarray, *, late_ns: int | None) -> np.ndarray:
    """Return which samples lie more than ``late_ns`` behind the latest that came before them, bool[n].

    ``samples`` are int64[n] times in the order of arrival. It is the rule of stream processors, whose watermark is
    the latest time seen less the lateness allowed (Akidau et al. 2015, doi:10.14778/2824032.2824076).
    """
    if late_ns is None:
        return np.zeros(len(samples), dtype=bool)
    return np.asarray(samples < np.maximum.accumulate(samples) - late_ns) if len(samples) else samples.astype(bool)


def previous(times: np.ndarray, samples: np.ndarray, *, tolerance_ns: int | None = None) -> np.ndarray:
    """Return for each time the last of the sorted int64 ``samples`` until then, or -1, int64[n]."""
    at = np.searchsorted(samples, times, side="right") - 1
    return np.where((at >= 0) & _within(times, samples, at, tolerance_ns), at, -1)


def nearest(times: np.ndarray, samples: np.ndarray, *, tolerance_ns: int | None = None) -> np.ndarray:
    """Return for each time the nearest of the sorted int64 ``samples``, or -1, int64[n]; of two, the earlier one."""
    if not len(samples):
        return np.full(len(times), -1)
    before = np.searchsorted(samples, times, side="right") - 1
    # of samples of one time the last one counts
    after = np.searchsorted(samples, samples[np.minimum(before + 1, len(samples) - 1)], side="right") - 1
    earlier = np.maximum(before, 0)
    at = np.where((before >= 0) & (times - samples[earlier] <= np.abs(samples[after] - times)), earlier, after)
    return np.where(_within(times, samples, at, tolerance_ns), at, -1)


def between(
    times: np.ndarray, samples: np.ndarray, *, tolerance_ns: int | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each time its neighbours among the sorted int64 ``samples``, or -1, and the weight of the later one.

    int64[n], int64[n], float64[n]. A time that has a sample is its own neighbour on both sides.
    """
    before = previous(times, samples, tolerance_ns=tolerance_ns)
    there = (before >= 0) & (samples[before] == times) if len(samples) else np.zeros(len(times), bool)
    after = np.where(there, before, np.searchsorted(samples, times, side="right"))
    known = (before >= 0) & (after < len(samples)) & _within(times, samples, after, tolerance_ns)
    before, after = np.where(known, before, -1), np.where(known, after, -1)
    weights = np.zeros(len(times))
    apart = known & ~there
    start, end = samples[before[apart]], samples[after[apart]]
    weights[apart] = (times[apart] - start) / (end - start)
    return before, after, weights


def _within(times: np.ndarray, samples: np.ndarray, at: np.ndarray, tolerance_ns: int | None) -> np.ndarray:
    if tolerance_ns is None or not len(samples):
        return np.ones(len(times), dtype=bool)
    return np.asarray(np.abs(times - samples[np.clip(at, 0, len(samples) - 1)]) <= tolerance_ns)


def _times(table: pa.Table, on: str) -> np.ndarray:
    if on not in table.column_names:
        raise SourceError(f"there is no column {on!r} to join on: the table has {', '.join(table.column_names)}")
    column = table[on]
    if column.type != pa.int64() or column.null_count:
        raise SourceError(f"the times in {on!r} are {column.type}, {column.null_count} of them null: expected int64 ns")
    return np.asarray(column.to_numpy())


def _refuse_clashes(left: pa.Table, values: pa.Table) -> None:
    if both := sorted(set(left.column_names) & set(values.column_names)):
        raise SourceError(f"both tables have a column {both[0]!r}: rename it in one of them")


def _columns(table: pa.Table) -> list[tuple[str, pa.ChunkedArray]]:
    return list(zip(table.column_names, table.columns, strict=True))


def _taken(order: np.ndarray, at: np.ndarray) -> pa.Array:
    """Return the rows of the stream as it arrived, null where there is none."""
    places = order[at] if len(order) else np.zeros(len(at), dtype=np.int64)
    return pa.array(places, pa.int64(), mask=at < 0)


def _mixed(
    column: pa.ChunkedArray, name: str, order: np.ndarray, before: np.ndarray, after: np.ndarray, weights: np.ndarray
) -> pa.ChunkedArray:
    """Return what lies between two samples, float64."""
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        raise SourceError(f"the column {name!r} holds {column.type}: only numbers are interpolated, join it `nearest`")
    numbers = pc.cast(column, pa.float64(), safe=False)
    start, end = numbers.take(_taken(order, before)), numbers.take(_taken(order, after))
    return pc.add(start, pc.multiply(pc.subtract(end, start), pa.array(weights)))
