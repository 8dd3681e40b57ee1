"""Facts that say what was found when: kept, told of, and published as columns."""

import mmhub_fakes
import mmhub_mending
import pytest
from typer.testing import CliRunner

from mmhub import Column, RecipeError, Step, load, load_ledger, plugins, run
from mmhub.cli.app import app
from mmhub.request import Request

OFFERS = plugins.collect({"mmhub-fakes": mmhub_fakes, "mmhub-mending": mmhub_mending})
SPOKEN = [
    {"start": 0, "end": 10**9, "text": "two", "confidence": 0.5},
    {"start": 10**9, "end": 2 * 10**9, "text": "words", "confidence": 0.5},
]


def build(bench, *steps, **fields):
    recipe = bench.recipe(*steps)
    recipe = recipe.model_copy(update={"fields": {**recipe.fields, **fields}})
    return run.build(Request(recipe=recipe, store=bench.store, data_dir=bench.folder, workers=1), offers=OFFERS)


def test_spans_are_facts_of_the_ledger(bench):
    bench.put({"a": "note 1"}, text="two words")
    bench.put({"b": "note 1"}, text="")
    build(bench, Step("words/spoken"))
    assert [row["words/spoken.words"] for row in load_ledger("notes", store=bench.store)] == [SPOKEN, None]


def test_a_column_of_spans_is_published(bench, tmp_path):
    bench.put({"a": "note 1"}, text="two words")
    bench.put({"b": "note 1"}, text="")
    build(bench, Step("words/spoken", publish=("words",)))
    rows = load("notes", store=bench.store)["train"]
    assert rows["text_words"][:] == [SPOKEN, None]
    assert rows.features["text_words"].feature["start"].dtype == "int64"


def test_a_list_of_texts_has_a_list_of_spans(bench):
    bench.put({"a": "note 1"}, text=["two words", ""])
    build(bench, Step("words/spoken", publish="words"), text=Column(modality="words", many=True))
    assert load("notes", store=bench.store)["train"]["text_words"][:] == [[SPOKEN, None]]
    assert load_ledger("notes", store=bench.store)["words/spoken.words"][:] == [[SPOKEN, None]]


def test_numbers_are_published_too_and_change_the_schema(bench):
    bench.put({"a": "note 12"})
    assert build(bench, Step("note/number")).version == "1.0.0"
    assert build(bench, Step("note/number", publish=("number",))).version == "2.0.0"
    assert load("notes", store=bench.store)["train"]["note_number"][:] == [12.0]


def test_a_step_publishes_facts_it_has(bench):
    bench.put({"a": "note 12"})
    with pytest.raises(RecipeError, match="step 'note/number' publishes 'numbr', not one of its facts; did you mean"):
        build(bench, Step("note/number", publish=("numbr",)))


def test_no_rule_decides_on_spans(bench):
    bench.put({"a": "note 1"}, text="two words")
    rule = {"fact": "words", "at_least": 1}
    with pytest.raises(RecipeError, match="reads 'words', which is spans: rules decide by numbers and labels"):
        build(bench, Step("words/spoken", rules={"few": rule}))


def test_a_span_that_ends_before_it_begins_costs_its_row(bench):
    bench.put({"a": "note 1"}, text="wrong")
    build(bench, Step("words/spoken"))
    assert bench.fates() == {"a": ("quarantined", "operator-error")}


def test_why_and_show_tell_how_many_spans_there_are(bench):
    bench.put({"a": "note 1"}, text="two words")
    build(bench, Step("words/spoken", publish=("words",)))
    told = CliRunner().invoke(app, ["why", "notes", "a", "--store", str(bench.store)])
    assert "2 spans, 0.00 to 2.00 s" in told.output
    shown = CliRunner().invoke(app, ["show", "notes", "--store", str(bench.store)])
    assert "list of (start, end, text, confidence)" in shown.output
