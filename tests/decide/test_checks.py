"""What a recipe asks of the values of a field, and what becomes of rows that do not have it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mmhub import Column, RecipeError, SourceError, Step, load, load_ledger
from mmhub.decide.checks import _tests
from mmhub.sources.plain import Plain

NOTE = Column(modality="note")


def built(bench, column, values, **parts):
    """Build a row for each value of one plain column, and return the fates."""
    for n, value in enumerate(values):
        bench.put({f"r{n}": "note 20"}, **({} if value is ... else {"value": value}))
    bench.build(parts={"fields": {"note": NOTE, "value": column}, **parts})
    return bench.fates()


def messages(bench):
    return {row_id: row["message"] for row_id, row in bench.ledger().items()}


def test_a_number_out_of_range_is_dropped_and_its_value_told(bench):
    column = Column(modality="int64", at_least=1900, at_most=2100)
    fates = built(bench, column, [1899, 1900, 2100, 2101, None])
    assert fates == {
        "r0": ("dropped", "out-of-range"),
        "r1": ("kept", ""),
        "r2": ("kept", ""),
        "r3": ("dropped", "out-of-range"),
        "r4": ("kept", ""),
    }
    assert messages(bench)["r3"] == "found 2101"
    row = next(row for row in load_ledger("notes", store=bench.store) if row["row_id"] == "r0")
    assert (row["field"], row["at_least"], row["at_most"]) == ("value", 1900.0, 2100.0)


def test_a_text_that_a_pattern_does_not_match_whole_is_dropped(bench):
    fates = built(bench, Column(modality="string", pattern=r"[a-z]{2}(-[A-Z]{2})?"), ["de", "de-CH", "german", "de\n"])
    assert [reason for _, reason in fates.values()] == ["", "", "mismatched", "mismatched"]


def test_a_value_that_is_not_among_those_allowed_is_dropped(bench):
    fates = built(bench, Column(modality="string", one_of=("cat", "dog")), ["cat", "dgo", None])
    assert [reason for _, reason in fates.values()] == ["", "not-allowed", ""]
    assert messages(bench)["r1"] == "found 'dgo'"


def test_of_a_list_every_value_is_asked(bench):
    column = Column(modality="float64", many=True, at_least=0)
    fates = built(bench, column, [[1.0, 2.0], [1.0, -2.0], [], None])
    assert [reason for _, reason in fates.values()] == ["", "out-of-range", "", ""]


def test_a_number_that_is_none_is_in_no_range():
    import pyarrow as pa

    ((reason, passing),) = _tests(Column(modality="float64", at_most=1), pa.array([0.5, float("nan"), None]))
    assert (reason, passing.to_pylist()) == ("out-of-range", [True, False, None])


def test_texts_are_asked_as_repairs_left_them(bench):
    bench.put({"a": "note 20"}, text="one")
    bench.put({"b": "note 20"}, text="two")
    fields = {"note": NOTE, "text": Column(modality="words", pattern="one")}
    bench.build(parts={"fields": fields})
    assert bench.fates() == {"a": ("kept", ""), "b": ("dropped", "mismatched")}


def test_what_is_dropped_for_its_values_is_not_encoded(bench):
    fates = built(bench, Column(modality="int64", at_most=5), [1, 9, "x"], steps=(Step("note/curve"),))
    assert [reason for _, reason in fates.values()] == ["", "out-of-range", "wrong-type"]
    assert len(bench.told("forward")) == 1
    bench.build(parts={"fields": {"note": NOTE, "value": Column(modality="int64")}, "steps": (Step("note/curve"),)})
    assert bench.fates()["r1"] == ("kept", "")


# -- wrong types ---------------------------------------------------------------------------------------------------


def test_a_value_of_another_type_costs_its_row(bench):
    fates = built(bench, Column(modality="int64"), [1, "two", 3, 2**70, 1.5, None])
    assert [fate for fate, _ in fates.values()] == ["kept", "quarantined", "kept", "quarantined", "quarantined", "kept"]
    assert {reason for fate, reason in fates.values() if fate == "quarantined"} == {"wrong-type"}
    assert messages(bench)["r1"] == "expected int64, found 'two'"
    assert load("notes", store=bench.store)["train"]["value"][:] == [1, 3, None]


def test_a_column_of_which_nothing_is_of_its_type_is_an_error(bench):
    with pytest.raises(SourceError) as raised:
        built(bench, Column(modality="int64"), ["one", None, "three"])
    assert str(raised.value) == (
        "no value of the column 'value' is what the recipe says it holds: expected int64, found 'one'"
    )


def test_a_wrong_value_stays_where_it_is_when_rows_are_cut(bench):
    bench.put({"a": "note 20"}, text="one\ntwo", value=1)
    bench.put({"b": "note 20"}, text="three\nfour", value="x")
    fields = {"text": Column(modality="words"), "value": Column(modality="int64")}
    bench.build(parts={"fields": fields, "segment": Step("words/lines")})
    assert {row_id: reason for row_id, (_, reason) in bench.fates().items() if "#" in row_id} == {
        "a#0": "",
        "a#1": "",
        "b#0": "wrong-type",
        "b#1": "wrong-type",
    }


VALUES = st.none() | st.integers() | st.floats() | st.text(max_size=3) | st.booleans() | st.binary(max_size=3)


@given(st.lists(VALUES, min_size=1, max_size=8), st.sampled_from(["string", "int64", "float64", "bool"]))
def test_what_becomes_of_a_value_does_not_depend_on_its_neighbours(values, modality):
    def alone(value):
        column = Plain("value", Column(modality=modality))
        try:
            column.add(0, value)
            return column.array().to_pylist()[0], bool(column.faults)
        except SourceError:
            return None, True

    together = Plain("value", Column(modality=modality))
    for row, value in enumerate([*values, {"string": "x", "int64": 1, "float64": 1.0, "bool": True}[modality]]):
        together.add(row, value)
    found = together.array().to_pylist()
    expected = [alone(value) for value in values]
    assert repr(found[:-1]) == repr([value for value, _ in expected])
    assert [row in together.faults for row in range(len(values))] == [faulty for _, faulty in expected]


# -- presence ------------------------------------------------------------------------------------------------------


def notes_of(bench, column, values):
    for n, value in enumerate(values):
        bench.put({f"r{n}": "note 20"}, value=value)
    return bench.build(parts={"fields": {"note": NOTE, "value": column}}).notes


def test_more_absent_than_a_recipe_bears_is_told(bench):
    said = notes_of(bench, Column(modality="int64", most_absent=0.25), [1, None, None, 4])
    assert said == ["50 % of the rows lack 'value', more than the 25 % that `most_absent` bears"]


def test_as_many_absent_as_a_recipe_bears_are_not_told(bench):
    assert notes_of(bench, Column(modality="int64", most_absent=0.5), [1, None, None, 4]) == []


def test_more_absent_than_a_recipe_bears_may_end_the_build(bench):
    with pytest.raises(SourceError, match=r"50 % of the rows lack 'value', more than the 0 %"):
        notes_of(bench, Column(modality="int64", most_absent=0, if_more_absent="stop"), [1, None])


@pytest.mark.parametrize(
    ("lacking", "advice"),
    [(1, "so few can be dropped"), (10, "keep them and say which"), (30, "too many to make up for")],
)
def test_the_share_that_is_missing_decides_the_advice(bench, lacking, advice):
    (said,) = notes_of(bench, Column(modality="int64"), [None] * lacking + [1] * (40 - lacking))
    assert said.startswith(f"{100 * lacking / 40:.3g} % of the rows lack 'value': {advice}")


def test_a_mask_says_which_rows_have_a_field(bench):
    notes_of(bench, Column(modality="int64", mask=True), [1, None, 3])
    table = load("notes", store=bench.store)["train"]
    assert table["value.present"][:] == [True, False, True]


def test_a_mask_of_media_says_which_rows_have_them(bench):
    bench.rows += [{"row_id": "a", "note": None, "value": 1}]
    bench.put({"b": "note 20"}, value=2)
    bench.build(parts={"fields": {"note": Column(modality="note", mask=True), "value": Column(modality="int64")}})
    assert load("notes", store=bench.store)["train"]["note.present"][:] == [False, True]


# -- nonsense ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"modality": "int64", "pattern": "x"}, "pattern is asked of texts, and this field holds int64"),
        ({"modality": "string", "pattern": "("}, "pattern '(' is no regular expression of RE2"),
        ({"modality": "string", "at_least": 1}, "at_least is asked of numbers, and this field holds string"),
        ({"modality": "int64", "at_least": 2, "at_most": 1}, "at_least = 2 is more than at_most = 1: none passes"),
        ({"modality": "int64", "one_of": ["x"]}, "one_of names 'x', which no value of int64 can be"),
        ({"modality": "string", "one_of": []}, "one_of names no value, so that none passes"),
        ({"modality": "image", "required": True, "mask": True}, "with `required` all do"),
    ],
)
def test_what_cannot_be_asked_of_a_field_is_refused(asked, message):
    with pytest.raises(ValidationError) as raised:
        Column(**asked)
    assert message in str(raised.value)


def test_media_are_not_matched_with_patterns(bench):
    bench.put({"a": "note 20"})
    with pytest.raises(RecipeError, match="field 'note' holds note, and 'pattern' is asked of texts and plain values"):
        bench.build(parts={"fields": {"note": Column(modality="note", pattern="x")}})
