"""Streams with other clocks joined by timestamp, against pandas and a plain reading."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmhub.errors import SourceError
from mmhub.joining import join, late

TIMES = st.lists(st.integers(0, 60), max_size=12)
TOLERANCES = st.none() | st.integers(0, 20)


def stream(times, **columns):
    values = columns or {"value": [float(n) for n in range(len(times))]}
    return pa.table({"time_ns": pa.array(times, pa.int64()), **values})


def joined(left, right, **options):
    return join(stream(left, frame=pa.array(range(len(left)), pa.int64())), right, **options)["value"].to_pylist()


@given(TIMES, TIMES, TOLERANCES, st.sampled_from([("previous", "backward"), ("nearest", "nearest")]))
def test_previous_and_nearest_are_those_of_pandas(left, right, tolerance, by):
    ours, theirs = by
    left, right = sorted(left), sorted(right)
    samples = stream(right).to_pandas().drop_duplicates("time_ns", keep="last")
    expected = pd.merge_asof(
        pd.DataFrame({"time_ns": np.array(left, np.int64)}),
        samples.astype({"time_ns": np.int64}),
        on="time_ns",
        direction=theirs,
        tolerance=tolerance,
    )["value"]
    assert joined(left, stream(right), by=ours, tolerance_ns=tolerance) == [
        None if np.isnan(value) else value for value in expected
    ]


@given(TIMES, st.lists(st.integers(0, 60), min_size=1, unique=True).map(sorted))
def test_linear_is_numpys_interpolation_between_the_ends_and_nothing_beyond(left, right):
    values = np.array(right, dtype=np.float64) ** 2
    expected = np.interp(left, right, values, left=np.nan, right=np.nan)
    found = joined(left, stream(right, value=values), by="linear")
    np.testing.assert_allclose([np.nan if each is None else each for each in found], expected)


def test_linear_asks_both_neighbours_to_be_near():
    samples = stream([0, 100], value=[0, 10])
    assert joined([0, 40, 50, 60, 100], samples, by="linear", tolerance_ns=50) == [0.0, None, 5.0, None, 10.0]


def test_a_null_beside_a_time_is_not_bridged():
    samples = stream([0, 10, 20], value=pa.array([0.0, None, 2.0]))
    assert joined([0, 5, 10, 20], samples, by="linear") == [0.0, None, None, 2.0]


def test_samples_too_far_behind_the_latest_are_late_and_discarded():
    arrived = [0, 50, 45, 20, 60]
    assert late(np.array(arrived), late_ns=10).tolist() == [False, False, False, True, False]
    assert joined([21, 46], stream(arrived), by="previous", late_ns=10) == [0.0, 2.0]
    assert joined([21, 46], stream(arrived), by="previous") == [3.0, 2.0]


def test_times_since_1970_lose_no_nanosecond():
    day = 1_790_000_000_000_000_000
    assert joined([day + 1], stream([day, day + 2], value=[0, 1]), by="linear") == [0.5]
    assert joined([day + 1], stream([day, day + 1]), by="nearest") == [1.0]


def test_labels_are_joined_as_they_are_but_not_interpolated():
    words = stream([0, 10], value=["yes", "no"])
    assert joined([1, 9], words) == ["yes", "no"]
    with pytest.raises(SourceError, match="'value' holds string: only numbers are interpolated"):
        joined([5], words, by="linear")


def test_a_stream_without_samples_gives_nulls():
    for by in ("nearest", "previous", "linear"):
        assert joined([1, 2], stream([], value=pa.array([], pa.float64())), by=by) == [None, None]


def test_tables_that_cannot_be_joined_are_told_why():
    with pytest.raises(SourceError, match="no column 'time_ns'"):
        join(pa.table({"at": [1]}), stream([1]))
    with pytest.raises(SourceError, match="expected int64 ns"):
        join(pa.table({"time_ns": [1.5]}), stream([1]))
    with pytest.raises(SourceError, match="both tables have a column 'value'"):
        join(stream([1]), stream([1]))
