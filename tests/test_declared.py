"""What a table declares, compared with what is found: by rules, by counts, and by names."""

import mmhub_fakes
import pytest
from typer.testing import CliRunner

from mmhub import Column, RecipeError, Step, plugins, run
from mmhub.cli.app import app
from mmhub.request import Request

OFFERS = plugins.collect({"mmhub-fakes": mmhub_fakes})
DECLARED = Column(modality="float64")


def build(bench, *steps, **fields):
    recipe = bench.recipe(*steps)
    recipe = recipe.model_copy(update={"fields": {**recipe.fields, **fields}})
    return run.build(Request(recipe=recipe, store=bench.store, data_dir=bench.folder, workers=1), offers=OFFERS)


def number(**rule):
    said = {"fact": "number", "like": "declared", **rule}
    return Step("note/number", rules={"too-small": False, "misdeclared": said})


def test_a_fact_is_compared_with_what_a_table_declares(bench):
    bench.put({"a": "note 12"}, declared=12.4)
    bench.put({"b": "note 12"}, declared=13.0)
    bench.put({"c": "note 12"}, declared=None)
    build(bench, number(off_by=0.5), declared=DECLARED)
    assert bench.fates() == {"a": ("kept", ""), "b": ("dropped", "misdeclared"), "c": ("kept", "")}


def test_a_whole_number_is_compared_exactly_where_nothing_else_is_said(bench):
    bench.put({"a": "note 12"}, declared=12)
    bench.put({"b": "note 12"}, declared=13)
    build(bench, number(), declared=Column(modality="int64"))
    assert bench.fates() == {"a": ("kept", ""), "b": ("dropped", "misdeclared")}


def test_why_tells_with_what_a_fact_was_compared(bench):
    bench.put({"a": "note 12"}, declared=12.0)
    bench.put({"b": "note 12"}, declared=20.0)
    build(bench, number(off_by=2.0), declared=DECLARED)
    told = {row: CliRunner().invoke(app, ["why", "notes", row, "--store", str(bench.store)]).output for row in "ab"}
    assert "within 2 of 'declared'" in told["a"]
    assert "passed" in told["a"]
    assert "failed" in told["b"]


@pytest.mark.parametrize(
    ("column", "complaint"),
    [
        (Column(modality="string"), "compares 'number', which is float64, with 'declared': string"),
        (Column(modality="float64", many=True), "compares with 'declared', which holds lists"),
        (None, "compares with 'declared', which is no plain field"),
    ],
)
def test_a_field_that_a_fact_cannot_be_compared_with_is_refused(bench, column, complaint):
    bench.put({"a": "note 12"})
    with pytest.raises(RecipeError, match=complaint):
        build(bench, number(), **({"declared": column} if column else {}))


def test_a_row_with_another_number_of_values_is_dropped(bench):
    bench.put({"a": "note 12"}, text=["one", "two"])
    bench.put({"b": "note 12"}, text=["one"])
    bench.put({"c": "note 12"}, text=None)
    build(bench, text=Column(modality="words", many=True, count=2))
    assert bench.fates() == {"a": ("kept", ""), "b": ("dropped", "miscounted"), "c": ("kept", "")}


def test_plain_lists_are_counted_as_well(bench):
    bench.put({"a": "note 12"}, marks=[1, 2])
    bench.put({"b": "note 12"}, marks=[1, 2, 3])
    build(bench, marks=Column(modality="int64", many=True, count=2))
    assert bench.fates() == {"a": ("kept", ""), "b": ("dropped", "miscounted")}


def test_only_lists_are_counted():
    with pytest.raises(ValueError, match="count is asked of lists"):
        Column(modality="int64", count=2)


def test_the_id_of_a_row_can_be_read_as_a_text(bench):
    bench.put({"abc": "note 12"})
    build(bench, Step("words/length", fields="name"), name=Column(modality="words", of="row_id"))
    assert bench.fates() == {"abc": ("kept", "")}
