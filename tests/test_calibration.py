"""What a score of two vectors is worth: the null of mismatched pairs, and rows whose values are exchanged."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmhub.alignment.null import Null, null_of
from mmhub.alignment.pooling import pooled, starts_of
from mmhub.alignment.similarity import SimilarityOptions, overall, similarity
from mmhub.operators import Pairs

DIM = 32


def pairs(singles, several, *, each=1, standing=None, turns=None, pool=False):
    """Return pairs of vectors float32[n, dim] and [n * each, dim]: what is equal has an equal vector."""
    rows = np.repeat(np.arange(len(singles)), each)
    return Pairs(
        rows=rows,
        subjects=rows if pool else np.arange(len(rows)),
        single=lambda places: singles[rows[places]],
        several=lambda places: several[places],
        same_single=np.unique(singles, axis=0, return_inverse=True)[1].reshape(-1)[rows],
        same_several=np.unique(several, axis=0, return_inverse=True)[1].reshape(-1),
        standing=np.ones(len(rows), bool) if standing is None else standing[rows],
        turns=turns or (lambda seed: np.random.default_rng(seed).permutation(len(singles))),
        names=lambda found: [f"r{row}" for row in found],
    )


def drawn(rows, *, each=1, fit=1.0, seed=0):
    rng = np.random.default_rng(seed)
    singles = rng.normal(size=(rows, DIM)).astype(np.float32)
    noise = rng.normal(size=(rows * each, DIM)).astype(np.float32)
    return singles, fit * np.repeat(singles, each, axis=0) + noise


def scores(some):
    every = np.arange(len(some.rows))
    found = similarity(some.single(every), some.several(every), SimilarityOptions())["similarity"]
    return pooled(found, starts_of(some.subjects), "best") if len(set(some.subjects)) < len(found) else found


def told(some, **options):
    found = overall(some, scores(some), SimilarityOptions(**options))
    return {name: list(values) for name, values in found.columns.items()}, found.about


def test_of_mismatched_pairs_as_many_are_kept_as_is_said():
    singles, several = drawn(400, fit=0.0)
    found, _ = told(pairs(singles, several))
    assert np.mean(np.array(found["false_keep"]) <= 0.05) == pytest.approx(0.05, abs=0.025)
    assert np.mean(np.array(found["percentile"]) >= 0.5) == pytest.approx(0.5, abs=0.06)


def test_two_models_of_one_quality_give_one_rate_whatever_their_scale():
    singles, several = drawn(300)
    tilted = np.concatenate([several, np.full((300, 1), 3.0)], axis=1).astype(np.float32)
    flat, tilt = (
        told(pairs(one, other))[0]["false_keep"]
        for one, other in (
            (singles, several),
            (np.concatenate([singles, np.full((300, 1), 3.0)], axis=1).astype(np.float32), tilted),
        )
    )
    assert np.mean(np.array(flat) <= 0.05) == pytest.approx(np.mean(np.array(tilt) <= 0.05), abs=0.05)


def test_no_score_is_worth_nothing_at_all():
    null = Null(np.array([0.1, 0.2, 0.3], dtype=np.float32), 3)
    assert null.false_keep(np.array([0.9, 0.3, 0.0])).tolist() == [0.25, 0.5, 1.0]
    assert null.percentile(np.array([0.9, 0.3, 0.0])).tolist() == [1.0, pytest.approx(2 / 3), 0.0]


def test_of_few_rows_every_mismatched_pair_is_compared():
    singles, several = drawn(20)
    null = null_of(pairs(singles, several), "mean", 0)
    unit = [each / np.linalg.norm(each, axis=1, keepdims=True) for each in (singles, several)]
    every = (unit[0] @ unit[1].T)[~np.eye(20, dtype=bool)]
    assert null.scores == pytest.approx(np.sort(every), abs=1e-5)


def test_with_too_few_rows_nothing_is_said():
    found, about = told(pairs(*drawn(15)))
    assert about["pairs"] == 0
    assert set(found["false_keep"]) == set(found["better"]) == {None}


def test_an_equal_value_in_another_row_makes_no_mismatched_pair():
    singles, several = drawn(40)
    singles[20:], several[20:] = singles[:20], several[:20]
    null = null_of(pairs(singles, several), "mean", 0)
    assert len(null.scores) == 40 * 38
    assert null.scores.max() < scores(pairs(singles, several)).max()


def test_a_row_is_never_put_beside_its_own_other_captions():
    singles, several = drawn(30, each=5, fit=5.0)
    null = null_of(pairs(singles, several, each=5), "mean", 0)
    assert len(null.scores) == 30 * 29 * 5
    assert null.scores.max() < scores(pairs(singles, several, each=5)).min()


def test_only_rows_that_absolute_rules_leave_are_compared():
    singles, several = drawn(60)
    standing = np.arange(60) < 20
    assert null_of(pairs(singles, several, standing=standing), "mean", 0).rows == 20


@settings(max_examples=8)
@given(st.randoms(use_true_random=False))
def test_neither_the_null_nor_the_swaps_depend_on_the_order_of_rows(random):
    singles, several = drawn(40)
    several[[3, 7]] = several[[7, 3]]
    order = list(range(40))
    random.shuffle(order)
    place = np.argsort(order)
    found, about = told(pairs(singles, several))
    other, likewise = told(
        pairs(singles[order], several[order], turns=lambda s: place[np.random.default_rng(s).permutation(40)])
    )
    assert about == likewise
    assert [other["false_keep"][n] for n in place] == found["false_keep"]
    names = [each and f"r{order[int(each[1:])]}" for each in other["better"]]
    assert [names[n] for n in place] == found["better"]


def test_exchanged_values_name_the_rows_they_belong_to():
    singles, several = drawn(200, fit=2.0)
    several[[3, 7]] = several[[7, 3]]
    found, _ = told(pairs(singles, several))
    reported = {n: name for n, name in enumerate(found["better"]) if name}
    assert reported == {3: "r7", 7: "r3"}
    assert found["mutual"][3]
    assert found["mutual"][7]
    assert found["margin"][3] > 2


def test_values_that_have_slipped_by_one_row_are_found_without_an_exchange():
    singles, several = drawn(200, fit=2.0)
    several[10:20] = np.roll(several[10:20], 1, axis=0)
    found, _ = told(pairs(singles, several))
    reported = {n: name for n, name in enumerate(found["better"]) if name}
    right = {n: f"r{n - 1}" for n in range(11, 20)} | {10: "r19"}
    assert reported.items() <= right.items()
    assert len(reported) >= 8
    assert not any(found["mutual"][n] for n in reported)


def test_of_several_captions_each_or_the_best_is_compared():
    singles, several = drawn(100, each=3, fit=2.0)
    moved = several.reshape(100, 3, DIM).copy()
    moved[[3, 7]] = moved[[7, 3]]
    moved = moved.reshape(300, DIM)
    each, _ = told(pairs(singles, moved, each=3))
    best, _ = told(pairs(singles, moved, each=3, pool=True), pooling="best")
    assert [n for n, name in enumerate(each["better"]) if name] == [9, 10, 11, 21, 22, 23]
    assert {n: name for n, name in enumerate(best["better"]) if name} == {3: "r7", 7: "r3"}


def test_among_values_that_say_nothing_hardly_any_is_reported():
    found, _ = told(pairs(*drawn(500, fit=0.0)))
    assert sum(name is not None for name in found["better"]) <= 25
