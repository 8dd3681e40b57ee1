"""Looking up rows by key, against a dictionary."""

import hashlib
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmhub import StoreError
from mmhub.blocks import ABSENT, Blocks, as_digests, as_keys, read_table, write_table

HEADS = st.sampled_from([b"\0" * 8, b"\0" * 7 + b"\1", b"\x7f" + b"\xff" * 7, b"\x80" + b"\0" * 7, b"\xff" * 8])
KEYS = st.builds(lambda head, last: head + b"\0" * 23 + bytes([last]), HEADS, st.integers(0, 5))
"""Keys of which many share their first eight bytes, at the edges of what sorts wrongly as a signed number."""


def digests(keys):
    return np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, 32)


def blocks_of(*tables):
    made = Blocks(Path("nowhere"))
    made.__dict__["tables"] = list(tables)
    return made


@given(st.lists(KEYS, unique=True), st.lists(KEYS), st.integers(0, 9))
def test_a_key_finds_its_row_though_others_begin_alike(stored, wanted, cut):
    table = pa.table({"key": as_keys(digests(stored))})
    blocks = blocks_of(table.slice(0, cut), table.slice(cut))
    place = {key: n for n, key in enumerate(stored)}
    assert blocks.positions(digests(wanted)).tolist() == [place.get(key, ABSENT) for key in wanted]


@given(st.lists(KEYS), st.lists(KEYS))
def test_a_key_that_several_blocks_hold_finds_one_of_its_rows(stored, wanted):
    for key, row in zip(
        wanted, blocks_of(pa.table({"key": as_keys(digests(stored))})).positions(digests(wanted)), strict=True
    ):
        assert stored[row] == key if key in stored else row == ABSENT


@given(st.lists(KEYS), st.integers(0, 5), st.integers(0, 5))
def test_keys_survive_slicing(keys, start, count):
    kept = as_keys(digests(keys)).slice(start, count)
    assert as_digests(kept).tolist() == digests(keys)[start : start + count].tolist()


def test_what_is_taken_where_there_is_nothing_is_null(tmp_path):
    table = pa.table({"key": as_keys(digests([bytes(32), b"\1" * 32])), "fact": [1.5, 2.5]})
    blocks = Blocks(tmp_path).append(table)
    taken = blocks.take(blocks.positions(digests([b"\1" * 32, b"\2" * 32])), ["fact"])
    assert taken["fact"].to_pylist() == [2.5, None]


def test_only_where_there_is_a_value_does_a_column_hold_one(tmp_path):
    table = pa.table({"key": as_keys(digests([bytes(32), b"\1" * 32])), "fact": [1.5, None]})
    blocks = Blocks(tmp_path).append(table)
    places = blocks.positions(digests([b"\1" * 32, bytes(32), b"\2" * 32]))
    assert blocks.holds(places, "fact").tolist() == [False, True, False]
    assert Blocks(tmp_path / "none").append(table.slice(0, 1)).holds(np.array([ABSENT]), "fact").tolist() == [False]


@given(st.lists(KEYS, unique=True, min_size=1), st.integers(1, 9))
def test_facts_of_two_steps_that_were_found_together_lie_in_the_same_rows(keys, cut):
    with TemporaryDirectory() as folder:
        one, other = Blocks(Path(folder, "one")), Blocks(Path(folder, "other"))
        for start in range(0, len(keys), cut):
            some = as_keys(digests(keys[start : start + cut]))
            one = one.append(pa.table({"key": some, "fact": [start] * len(some)}))
            other = other.append(pa.table({"key": some, "fact": [-start] * len(some)}))
        assert one.has_keys_of(other)
        assert one.positions(digests(keys)).tolist() == other.positions(digests(keys)).tolist()


@pytest.mark.parametrize("size", [0, 10, (1 << 20) - 1, 1 << 20, 3 << 20])
def test_a_block_is_named_by_what_is_in_it_however_large(tmp_path, size):
    table = pa.table({"key": as_keys(digests([bytes(32)])), "data": [b"\x07" * size]})
    name = write_table(tmp_path, table)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert name == f"{hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}.arrow"
    assert read_table(tmp_path / name) == table


def test_all_of_a_block_is_in_its_file_when_it_is_put_on_the_disk(tmp_path, monkeypatch):
    sizes = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: sizes.append(os.fstat(descriptor).st_size))
    name = write_table(tmp_path, pa.table({"key": as_keys(digests([bytes(32)]))}))
    assert sizes[0] == (tmp_path / name).stat().st_size


LISTS = st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=1, max_size=9)
UNEVEN = st.lists(st.none() | st.lists(st.none() | st.integers(0, 9), max_size=3), min_size=1, max_size=9)


@given(LISTS | UNEVEN, st.integers(0, 9), st.data())
def test_lists_are_taken_as_they_are_whether_of_one_length_or_not(values, cut, data):
    table = pa.table({"fact": pa.array(values, pa.list_(pa.uint32()))})
    blocks = blocks_of(table.slice(0, cut), table.slice(cut))
    places = data.draw(st.lists(st.integers(ABSENT, len(values) - 1)))
    taken = blocks.take(np.array(places, np.int64), ["fact"])
    taken.validate(full=True)
    assert taken.schema == table.schema
    assert taken["fact"].to_pylist() == [None if place == ABSENT else values[place] for place in places]


def test_the_same_table_is_written_once(tmp_path):
    table = pa.table({"key": as_keys(digests([bytes(32)]))})
    Blocks(tmp_path).append(table).append(table)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_block_that_was_damaged_is_named(tmp_path):
    (tmp_path / "it.arrow").write_bytes(b"not arrow")
    with pytest.raises(StoreError, match=r"it\.arrow' in the store cannot be read"):
        read_table(tmp_path / "it.arrow")
