from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmhub.exporting.cuts import Size, groups, row_bytes, shards

GROUP = Size(b"group", least=40, further=40, most=200)
SHARD = Size(b"shard", least=100, further=100, most=500)


def table(ids):
    return pa.table({"row_id": [f"row-{n}" for n in ids], "text": ["x" * (n % 17) for n in ids]})


def files(tables):
    """Return the row ids of each file, by row group."""
    return [[run["row_id"].to_pylist() for run in shard] for shard in shards(groups(tables, GROUP), SHARD)]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_files_do_not_depend_on_how_rows_arrive(lengths):
    count = sum(lengths)
    starts = np.cumsum([0, *lengths]).tolist()
    parts = [table(range(start, end)) for start, end in pairwise(starts) if end > start]
    assert files(parts) == (files([table(range(count))]) if count else [])


def test_no_row_is_lost_and_sizes_are_kept():
    found = files([table(range(2_000))])
    assert [row for file in found for run in file for row in run] == [f"row-{n}" for n in range(2_000)]
    assert len(found) > 10


def test_appending_leaves_all_files_but_the_last():
    before, after = files([table(range(2_000))]), files([table(range(2_040))])
    assert after[: len(before) - 1] == before[:-1]


@pytest.mark.parametrize("place", [3, 700, 1_500])
def test_a_row_more_in_the_middle_changes_a_few_files(place):
    before = files([table(range(2_000))])
    after = files([table([*range(place), 5_000, *range(place, 2_000)])])
    same = sum(file in before for file in after)
    assert same >= len(before) - 4


def test_bytes_of_a_row_count_what_it_holds():
    media = pa.array(
        [{"bytes": b"12345", "path": "a"}, None], pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    )
    vectors = pa.array([[1.0, 2.0], None], pa.list_(pa.float32(), 2))
    texts = pa.array([["ab", "c"], None], pa.list_(pa.string()))
    found = row_bytes(pa.table({"media": media, "vectors": vectors, "texts": texts}))
    assert found.tolist() == [6 + 8 + 3, 8]
