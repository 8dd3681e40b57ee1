"""Flat values into one per unit, and back, against a plain reading."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from making import units_of

from mmhub.contents import per_unit, select
from mmhub.facts import _pairs
from mmhub.units import Items

LISTS = st.lists(st.lists(st.none() | st.integers(-9, 9), max_size=3), max_size=8)


def flat(lists):
    rows = np.repeat(np.arange(len(lists), dtype=np.int64), [len(each) for each in lists])
    return pa.array([value for each in lists for value in each], pa.int64()), rows


def items(rows):
    return Items(rows=rows, keys=np.zeros((len(rows), 32), np.uint8), known=np.ones(len(rows), bool))


@given(LISTS)
def test_a_list_field_has_its_list_in_every_unit(lists):
    assert per_unit(*flat(lists), len(lists), many=True).to_pylist() == lists


@given(LISTS)
def test_a_single_field_has_its_first_value_or_none(lists):
    expected = [each[0] if each else None for each in lists]
    assert per_unit(*flat(lists), len(lists), many=False).to_pylist() == expected


@given(LISTS, st.data())
def test_the_items_of_some_units_are_theirs_in_order(lists, data):
    places = st.sampled_from(range(len(lists))) if lists else st.nothing()
    kept = np.array(sorted(data.draw(st.sets(places))), dtype=np.int64)
    values, rows = flat(lists)
    chosen, place = select(items(rows), kept, len(lists))
    again = per_unit(values.take(pa.array(chosen)), place, len(kept), many=True)
    assert again.to_pylist() == [lists[n] for n in kept]


@given(LISTS, LISTS)
def test_pairs_are_each_item_of_one_field_with_each_of_the_other_in_the_same_unit(lefts, rights):
    count = min(len(lefts), len(rights))
    (_, one), (_, other) = flat(lefts[:count]), flat(rights[:count])
    expected = [(a, b) for a, row in enumerate(one) for b, its in enumerate(other) if row == its]
    assert list(zip(*map(np.ndarray.tolist, _pairs(items(one), items(other))), strict=True)) == expected


def test_units_are_counted_by_their_ids():
    assert len(units_of(["a", "b"])) == 2
