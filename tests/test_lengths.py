"""Columns whose values are several numbers each, such as boxes."""

import numpy as np
import pyarrow as pa
import pytest
from pydantic import ValidationError

from mmhub import Column, SourceError, Undecodable
from mmhub.diff.rows import differs
from mmhub.identity import digest
from mmhub.sources.plain import Plain

BOXES = Column(modality="float64", many=True, length=4)
KIND = pa.list_(pa.list_(pa.float64(), 4))


def gathered(column, *values):
    plain = Plain("boxes", column)
    for row, value in enumerate(values):
        plain.add(row, value)
    return plain


def test_a_row_holds_a_list_of_values_of_one_length():
    plain = gathered(BOXES, [[1, 2, 3, 4]], [], None, [[1.5, 2, 3, 4], [5, 6, 7, 8]])
    assert plain.array().type == KIND
    assert plain.array()[3].as_py() == [[1.5, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]


def test_a_value_of_another_length_costs_its_row():
    plain = gathered(BOXES, [[1, 2, 3, 4]], [[1, 2, 3]])
    assert plain.array().to_pylist() == [[[1, 2, 3, 4]], None]
    assert plain.faults[1].message == "expected a list of 4 float64, found [[1, 2, 3]]"


def test_a_column_of_which_only_lost_rows_say_anything_is_absent():
    plain = gathered(BOXES, None, Undecodable("malformed", "rows.csv:2: it is not UTF-8"))
    assert plain.array().null_count == 2
    assert plain.faults[1].reason == "malformed"


def test_a_column_of_nothing_that_fits_is_an_error():
    with pytest.raises(SourceError, match="no value of the column 'boxes' is what the recipe says it holds"):
        gathered(BOXES, [[1]]).array()


def test_what_was_found_differs_where_a_number_does():
    one = pa.array([[[1, 2, 3, 4]], [[1, 2, 3, 4]], None, []], KIND)
    other = pa.array([[[1, 2, 3, 4]], [[1, 2, 3, 5]], None, [[1, 2, 3, 4]]], KIND)
    assert differs(one, other).tolist() == [False, True, False, True]


def test_a_digest_depends_on_the_numbers_alone():
    ids, splits, verdicts = pa.array(["a", "b"]), pa.array(["train"] * 2), pa.array(["kept"] * 2)

    def of(values):
        return digest(ids, splits, verdicts, {}, {"boxes": (np.arange(2), pa.array(values, KIND))})

    assert of([[[1, 2, 3, 4]], []]) == of([[[1.0, 2.0, 3.0, 4.0]], []])
    assert of([[[1, 2, 3, 4]], []]) != of([[[1, 2, 3, 5]], []])
    assert of([[[1, 2, 3, 4]], []]) != of([[], [[1, 2, 3, 4]]])


@pytest.mark.parametrize("asked", [{"modality": "string"}, {"modality": "float64", "at_least": 0}])
def test_a_length_is_asked_of_numbers_and_nothing_else_of_them(asked):
    with pytest.raises(ValidationError, match="length"):
        Column(length=4, **asked)
