"""Scores of a joint model in builds: calibrated, decided on, told of, and part of the version."""

import mmhub_fakes
import numpy as np
import pytest
from typer.testing import CliRunner

from mmhub import Column, Step, builtin, load_ledger, plugins, run
from mmhub.cli.app import app
from mmhub.request import Request
from mmhub.store import Store
from mmhub.takedown.erasing import erase
from mmhub.takedown.purging import purge
from mmhub.verifying import verify
from mmhub.version import find

OFFERS = plugins.collect({"mmhub": builtin, "mmhub-fakes": mmhub_fakes})
CURVE = Step("note/curve", fields=("note", "text"), options={"factor": 0.1})
FIT = Step("align/similarity", name="align/fit", fields=("note", "text"))
ROWS = 40
DATE = "2026-01-02T03:04:05+00:00"


@pytest.fixture
def fitting(bench):
    """Builds of notes, each of which is as large as its text is long, but for the third and the thirtieth."""
    lengths = list(range(10, 10 + ROWS))
    lengths[3], lengths[30] = lengths[30], lengths[3]
    for n, length in enumerate(lengths):
        bench.put({f"r{n:02d}": f"note {10 + n}"}, text="x" * length)

    def build(*steps, **fields):
        recipe = bench.recipe(*(steps or (CURVE, FIT)))
        recipe = recipe.model_copy(update={"fields": {**recipe.fields, **fields}})
        return run.build(Request(recipe=recipe, store=bench.store, data_dir=bench.folder, workers=1), offers=OFFERS)

    return bench, build


def ruled(**rules):
    return CURVE, FIT.model_copy(update={"rules": {"mismatched": False, **rules}})


def facts(bench, name):
    return {row_id: row[f"align/fit.{name}"] for row_id, row in bench.ledger().items()}


def test_the_ledger_says_what_scores_are_worth_and_which_are_exchanged(fitting):
    bench, build = fitting
    build()
    shares = facts(bench, "false_keep")
    assert max(share for row, share in shares.items() if row not in ("r03", "r30")) < 0.1
    assert min(shares["r03"], shares["r30"]) > 0.3
    assert {row: name for row, name in facts(bench, "better").items() if name} == {"r03": "r30", "r30": "r03"}


def test_a_rule_on_false_keeps_drops_what_mismatched_pairs_reach(fitting):
    bench, build = fitting
    build(*ruled(unrelated={"on": True, "at_most": 0.2}))
    assert {row for row, (fate, _) in bench.fates().items() if fate == "dropped"} == {"r03", "r30"}
    assert set(bench.fates().values()) == {("kept", ""), ("dropped", "unrelated")}


def test_probable_swaps_can_be_dropped(fitting):
    bench, build = fitting
    build(*ruled(swapped=True))
    assert {row for row, fate in bench.fates().items() if fate == ("dropped", "swapped")} == {"r03", "r30"}


def test_rows_that_absolute_rules_drop_are_not_compared(fitting):
    bench, build = fitting
    build(Step("note/number", rules={"too-small": {"at_least": 20.0}}), *ruled(unrelated={"on": True}))
    compared = find(Store.at(bench.store), "notes").manifest["calibrations"]["align/fit"]
    assert compared["rows"] == ROWS - 10


def test_the_calibration_is_part_of_the_version(fitting):
    bench, build = fitting
    first = build()
    version = find(Store.at(bench.store), "notes")
    about = version.manifest["calibrations"]["align/fit"]
    assert about["pairs"] == ROWS * (ROWS - 1)
    assert list(about["quantiles"]) == ["0.5", "0.9", "0.95", "0.99", "0.999"]
    assert build(CURVE, FIT.model_copy(update={"options": {"seed": 1}})).identity != first.identity
    assert not verify(version, Store.at(bench.store)).damages


def test_a_second_build_decides_nothing_anew(fitting):
    _, build = fitting
    steps = ruled(unrelated={"on": True})
    first = build(*steps)
    again = build(*steps)
    assert again.unchanged
    assert again.identity == first.identity


def test_why_asks_the_rule_on_false_keeps_again(fitting):
    bench, build = fitting
    build(*ruled(unrelated={"on": True, "at_most": 0.2}))
    told = CliRunner().invoke(app, ["why", "notes", "r03", "--store", str(bench.store)])
    assert "unrelated" in told.output
    assert "r30" in told.output
    shown = CliRunner().invoke(app, ["show", "notes", "--store", str(bench.store)])
    assert "mismatched pairs" in shown.output


@pytest.mark.parametrize("many", [False, True])
def test_a_purge_leaves_no_name_of_a_row_that_others_fit_better(fitting, many):
    bench, build = fitting
    for row in bench.rows if many else ():
        row["text"] = [row["text"]]
    build(CURVE, FIT, text=Column(modality="words", many=many))
    store = Store.at(bench.store)
    with store.held_alone():
        asked = purge(store, "notes", ["r30"], reason="court order", date=DATE)
        erase(asked, store, reason="court order", date=DATE)
    named = facts(bench, "better")["r03"]
    assert named == ([None] if many else None)
    assert not verify(find(store, "notes"), store).damages


@pytest.mark.parametrize("pooling", ["best", "mean"])
def test_a_list_of_texts_is_pooled_into_one_score(fitting, pooling):
    bench, build = fitting
    for row in bench.rows:
        row["text"] = [row["text"], "y" * len(row["text"])]
    pooled = FIT.model_copy(update={"options": {"pooling": pooling}})
    many = Column(modality="words", many=True)
    build(CURVE, FIT, text=many)
    each = facts(bench, "similarity")
    build(CURVE, pooled, text=many)
    how = {"best": np.max, "mean": np.mean}[pooling]
    assert facts(bench, "similarity") == pytest.approx({row: how(values) for row, values in each.items()}, abs=1e-6)
    assert facts(bench, "better")["r03"] == "r30"


def test_a_row_that_lacks_a_field_has_no_score(fitting):
    bench, build = fitting
    bench.put({"z": "note 3"}, text=None)
    build()
    assert facts(bench, "similarity")["z"] is None
    assert facts(bench, "false_keep")["z"] is None
    assert bench.fates()["z"] == ("kept", "")


def test_two_fields_of_one_kind_are_compared_as_well(bench):
    bench.put([f"note {n}" for n in range(20)])
    recipe = bench.recipe(
        Step("note/curve", fields=("note", "other")), Step("align/similarity", fields=("note", "other"))
    )
    recipe = recipe.model_copy(
        update={"fields": {"note": Column(modality="note"), "other": Column(modality="note", of="note")}}
    )
    run.build(Request(recipe=recipe, store=bench.store, data_dir=bench.folder, workers=1), offers=OFFERS)
    ledger = load_ledger("notes", store=bench.store)
    assert ledger["align/similarity.similarity"][:] == pytest.approx([1.0] * 20)
