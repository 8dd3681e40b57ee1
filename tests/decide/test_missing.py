"""What is made up for rows that lack something, and that it is marked wherever it is."""

import numpy as np
import pytest
from bench import OFFERS
from hypothesis import given
from hypothesis import strategies as st

from mmhub import Column, Recipe, RecipeError, Step, load
from mmhub.binding.bind import bind
from mmhub.decide.imputing import imputed
from mmhub.decide.projecting import projected

WAYS = pytest.mark.parametrize("way", ["mean", "median", "neighbours", "iterative"])
TABLES = st.lists(
    st.tuples(st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5) | st.just(float("nan"))), min_size=1, max_size=20
)


@given(TABLES, st.sampled_from(["mean", "median"]))
def test_by_mean_and_median_all_get_that_of_what_is_known(rows, way):
    table = np.array(rows)
    lacking = np.isnan(table[:, 2])
    found = imputed(way, table[~lacking], table[lacking], 2)
    expected = getattr(np, way)(np.sort(table[~lacking, 2])) if (~lacking).any() else np.nan
    assert np.array_equal(found, np.full(lacking.sum(), expected), equal_nan=True)


@pytest.mark.parametrize(("way", "most"), [("neighbours", 0.6), ("iterative", 0.15), ("mean", 3.0)])
def test_what_hangs_on_other_facts_is_learned_from_them(way, most):
    draw = np.random.default_rng(0)
    facts = draw.normal(size=(400, 2))
    table = np.column_stack([facts, facts @ [2.0, -1.0] + 0.1 * draw.normal(size=400)])
    wanted = table[:50].copy()
    wanted[:, 2] = np.nan
    error = np.sqrt(np.mean((imputed(way, table[50:], wanted, 2) - table[:50, 2]) ** 2))
    assert error < most
    assert error > most / 10


@WAYS
def test_where_nothing_is_known_nothing_is_made_up(way):
    assert np.isnan(imputed(way, np.full((3, 2), np.nan), np.full((2, 2), np.nan), 1)).all()


@WAYS
def test_it_does_not_depend_on_what_else_is_made_up(way):
    table = np.random.default_rng(0).normal(size=(60, 3))
    wanted = table[:8].copy()
    wanted[:, 1] = np.nan
    whole = imputed(way, table[8:], wanted, 1)
    assert whole[3:5] == pytest.approx(imputed(way, table[8:], wanted[3:5], 1), abs=1e-12)


def test_a_projection_finds_vectors_that_hang_on_others():
    draw = np.random.default_rng(0)
    ones = draw.normal(size=(300, 8)).astype(np.float32)
    others = (ones @ draw.normal(size=(8, 6))).astype(np.float32)
    vectors = {"image": (np.arange(300), ones), "text": (np.arange(280), others[:280])}
    units, made = projected("text", vectors, np.arange(280, 300), np.arange(300), normalise=False)
    assert units.tolist() == list(range(280, 300))
    assert np.abs(made - others[280:]).max() < 0.2


def test_each_unit_is_projected_from_the_fields_it_has():
    draw = np.random.default_rng(0)
    ones = draw.normal(size=(100, 4)).astype(np.float32)
    vectors = {"a": (np.arange(90), ones[:90]), "b": (np.arange(10, 95), ones[10:95]), "c": (np.arange(80), ones[:80])}
    units, made = projected("c", vectors, np.arange(80, 100), np.arange(100), normalise=True)
    # Those from 95 on have nothing to be projected from.
    assert units.tolist() == list(range(80, 95))
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(15))


# -- builds --------------------------------------------------------------------------------------------------------


def put(bench, count=24, lacking=4):
    """Notes, of which the last have none; each has a text."""
    for n in range(count):
        bench.put({f"r{n:02d}": f"note {20 + n}"}, text="x" * (20 + n))
    for row in bench.rows[count - lacking :]:
        row["note"] = None


@WAYS
def test_imputed_facts_are_marked_and_no_others(bench, way):
    put(bench)
    bench.build(Step("note/number", impute=way), Step("words/length"))
    rows = bench.ledger()
    marked = {row_id for row_id, row in rows.items() if row["note/number.number.imputed"]}
    assert marked == {"r20", "r21", "r22", "r23"}
    known = [row["note/number.number"] for row_id, row in rows.items() if row_id not in marked]
    assert known == [20.0 + n for n in range(20)]
    assert all(20 <= rows[row_id]["note/number.number"] <= 44 for row_id in marked)
    assert "words/length.length.imputed" not in rows["r00"]


def test_rules_judge_what_was_made_up(bench):
    put(bench)
    rules = {"too-small": {"at_least": 10.0}, "large": {"fact": "number", "at_most": 38.0}}
    bench.build(Step("note/number", impute="iterative", rules=rules), Step("words/length"))
    dropped = {row_id for row_id, row in bench.ledger().items() if row["reason"] == "large"}
    # What r20 to r23 lack hangs on the length of their texts: 40 to 43.
    assert dropped == {"r19", "r20", "r21", "r22", "r23"}


def test_what_was_made_up_does_not_move_relative_bounds(bench, tmp_path):
    put(bench)
    rules = {"outlying": {"on": True, "at_most": 1.5}}
    bench.build(Step("note/number", rules=rules))
    plain = bench.ledger()["r19"]["at_most"]
    bench.build(Step("note/number", rules=rules, impute="mean"))
    assert bench.ledger()["r19"]["at_most"] == plain is not None or plain is None


def curves(bench):
    """A note and a text in one space, and the rows with what is made up."""
    rows = load("notes", store=bench.store)["train"].remove_columns("note")
    return {row["row_id"]: row for row in rows}


def test_imputed_vectors_are_marked_beside_them(bench):
    put(bench)
    bench.build(Step("note/curve", fields=("note", "text"), impute="ridge"))
    rows = curves(bench)
    marked = {row_id for row_id, row in rows.items() if row["note_curve.imputed"]}
    assert marked == {"r20", "r21", "r22", "r23"}
    assert not any(row["text_curve.imputed"] for row in rows.values())
    for n in range(20, 24):
        # A note and its text have the same number, and so the same vector.
        assert rows[f"r{n}"]["note_curve"] == pytest.approx(rows[f"r{n}"]["text_curve"], abs=0.2)
    assert rows["r00"]["note_curve"] == pytest.approx([np.sin(20), np.cos(20)], abs=1e-6)


def test_without_impute_what_is_absent_stays_absent(bench):
    put(bench)
    bench.build(Step("note/curve", fields=("note", "text")))
    rows = curves(bench)
    assert rows["r23"]["note_curve"] is None
    assert "note_curve.imputed" not in rows["r23"]


def test_the_order_of_rows_changes_nothing_that_is_made_up(bench, tmp_path):
    put(bench)
    steps = (Step("note/number", impute="neighbours"), Step("words/length"), Step("note/curve", impute="ridge"))
    one = bench.build(*steps).identity
    facts, vectors = bench.ledger(), curves(bench)
    bench.rows.reverse()
    bench.store = tmp_path / "other"
    assert bench.build(*steps).identity == one
    assert (bench.ledger(), curves(bench)) == (facts, vectors)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (Step("note/number", impute="ridge"), "cannot impute by 'ridge': it takes mean, median, neighbours or iter"),
        (Step("note/curve", impute="mean"), "cannot impute by 'mean': it takes ridge"),
        (Step("note/marks", impute="mean"), "step 'note/marks' imputes 'mean', and finds out no numbers"),
    ],
)
def test_a_way_that_does_not_fit_is_refused(step, message):
    recipe = Recipe(name="notes", fields={"note": Column(modality="note")}, steps=(step,))
    with pytest.raises(RecipeError, match=message):
        bind(recipe, OFFERS)
