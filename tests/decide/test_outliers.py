"""Rows unlike the others: by deviations of a fact, by an isolation forest, by an autoencoder."""

import numpy as np
import pyarrow as pa
import pytest
from bench import OFFERS

from mmhub import Column, Recipe, RecipeError, Rule, Step
from mmhub.binding.bind import bind
from mmhub.decide.outliers import isolation, reconstruction
from mmhub.decide.rules import failing, fitted

SCORES = pytest.mark.parametrize("score", [isolation, reconstruction])


def planted(*, inliers=600, outliers=12, dim=24, seed=0):
    """Return vectors near a plane of six dimensions, then some of the same length that lie anywhere."""
    draw = np.random.default_rng(seed)
    plane = draw.normal(size=(6, dim))
    near = draw.normal(size=(inliers, 6)) @ plane + 0.1 * draw.normal(size=(inliers, dim))
    far = draw.normal(size=(outliers, dim)) * near.std() * 2
    return np.concatenate([near, far]).astype(np.float32)


@SCORES
def test_what_lies_elsewhere_has_a_higher_score(score):
    vectors = planted()
    every = np.arange(len(vectors))
    found = score(lambda some: vectors[some], every, every)
    ranks = np.argsort(-found)
    assert len(set(ranks[:12].tolist()) & set(range(600, 612))) >= 11


@SCORES
def test_a_score_does_not_depend_on_what_is_scored_with_it(score):
    vectors = planted()
    sample = np.arange(500)
    whole = score(lambda some: vectors[some], sample, np.arange(600))
    some = score(lambda some: vectors[some], sample, np.array([7, 3, 599]))
    assert some.tolist() == whole[[7, 3, 599]].tolist()


@SCORES
def test_a_score_is_repeatable_to_the_bit_with_any_number_of_threads(score):
    import torch

    vectors = planted()
    every, threads = np.arange(len(vectors)), torch.get_num_threads()
    found = []
    try:
        for number in (1, 2):
            torch.set_num_threads(number)
            found.append(score(lambda some: vectors[some], every, every).tobytes())
            assert torch.get_num_threads() == number
    finally:
        torch.set_num_threads(threads)
    assert found[0] == found[1]


@pytest.mark.parametrize(("relative", "most"), [("std", 4.0), ("robust", 6.0)])
def test_z_scores_find_facts_that_were_planted_far_out(relative, most):
    draw = np.random.default_rng(0)
    facts = pa.array(np.concatenate([draw.normal(size=1000), [9.0, -9.0, 30.0]]))
    rule = fitted(Rule("fact", reason="x", relative=relative, at_least=-most, at_most=most), facts)
    assert np.flatnonzero(failing(rule, facts, np.arange(1003), 1003)).tolist() == [1000, 1001, 1002]


def test_many_outliers_hide_from_a_z_score_and_not_from_a_robust_one():
    facts = pa.array(np.concatenate([np.random.default_rng(0).normal(size=80), np.full(20, 50.0)]))
    found = {
        relative: int(failing(fitted(rule, facts), facts, np.arange(100), 100).sum())
        for relative in ("std", "robust")
        for rule in [Rule("fact", reason="x", relative=relative, at_most=4.0)]
    }
    assert found == {"std": 0, "robust": 20}


# -- builds --------------------------------------------------------------------------------------------------------


def put(bench, count=60):
    """Notes whose vectors lie together on a circle, and two that lie on its other side."""
    for n in range(count):
        bench.put({f"r{n:02d}": f"note {1 + n / 200}"})
    bench.put({"odd0": "note 4.2", "odd1": "note 4.3"})


def odd(fact, **rule):
    return Step("note/curve", rules={"odd": {"fact": fact, "at_most": 0.97, **rule}})


@pytest.mark.parametrize("fact", ["isolation", "reconstruction"])
def test_a_rule_on_the_vectors_of_an_encoder_drops_what_is_odd(bench, fact):
    put(bench)
    report = bench.build(odd(fact))
    assert report.dropped == {"odd": 2}
    rows = bench.ledger()
    dropped = {row_id for row_id, row in rows.items() if row["reason"] == "odd"}
    scores = {row_id: row[f"note/curve.{fact}"] for row_id, row in rows.items()}
    assert dropped == set(sorted(scores, key=scores.__getitem__)[-2:])
    assert "odd1" in dropped
    assert rows["odd1"]["at_most"] == pytest.approx(np.quantile(list(scores.values()), 0.97))


@pytest.mark.parametrize("fact", ["isolation", "reconstruction"])
def test_the_order_of_rows_changes_nothing(bench, tmp_path, fact):
    put(bench)
    one = bench.build(odd(fact)).identity
    bench.rows.reverse()
    assert bench.build(odd(fact), store=tmp_path / "other").identity == one
    assert bench.build(odd(fact)).unchanged


def test_what_an_absolute_rule_drops_takes_no_part(bench, tmp_path):
    put(bench)
    number = Step("note/number", rules={"too-small": {"at_least": 0.0}})
    bench.build(odd("isolation"), number)
    before = bench.fates()
    for n in range(20):
        bench.put({f"x{n}": f"note {-3 - n}"})
    bench.build(odd("isolation"), number, store=tmp_path / "other")
    after = bench.fates(tmp_path / "other")
    assert {row_id: after[row_id] for row_id in before} == before


def test_a_few_vectors_have_no_outliers(bench):
    bench.put({f"r{n}": "note 1" for n in range(3)} | {"odd": "note 4"})
    assert bench.build(odd("isolation")).rows["kept"] == 4


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"fact": "isolatoin", "at_most": 0.9}, "reads 'isolatoin', not one of its facts; did you mean 'isolation'"),
        ({"fact": "isolation"}, "has no bound: say `at_most: 0.99` to drop the oddest hundredth"),
        ({"fact": "isolation", "at_most": 5}, "its bounds are shares from 0 to 1"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule, message):
    recipe = Recipe(
        name="notes",
        fields={"note": Column(modality="note")},
        steps=(Step("note/curve", rules={"odd": rule}),),
    )
    with pytest.raises(RecipeError, match=message):
        bind(recipe, OFFERS)
