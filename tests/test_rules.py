"""Rules over columns of facts, against a plain reading of what they say."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmhub import Rule
from mmhub.decide.rules import failing, fitted

FACTS = st.none() | st.floats(-10, 10) | st.sampled_from([0.0, 1.0])
LISTS = st.lists(st.lists(FACTS, max_size=3), max_size=8)
BOUND = st.none() | st.floats(-10, 10) | st.sampled_from([0.0, 1.0])


def column(lists, kind=None):
    rows = np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    return pa.array([value for each in lists for value in each], kind or pa.float64()), rows


@given(LISTS, BOUND, BOUND, st.sampled_from(["all", "any"]))
def test_a_rule_drops_units_all_or_any_of_whose_values_are_out_of_bounds(lists, at_least, at_most, over):
    def fails(value):
        below = at_least is not None and value is not None and value < at_least
        above = at_most is not None and value is not None and value > at_most
        return below or above

    rule = Rule("fact", reason="x", at_least=at_least, at_most=at_most, over=over)
    expected = [bool(each) and (all if over == "all" else any)(map(fails, each)) for each in lists]
    assert failing(rule, *column(lists), len(lists)).tolist() == expected


@given(st.lists(st.lists(st.none() | st.sampled_from(["en", "de", "fr"]), max_size=2), max_size=6))
def test_a_rule_of_a_word_drops_what_is_not_among_those_it_names(lists):
    rule = Rule("fact", reason="x", one_of=("en", "de"))
    expected = [bool(each) and all(value == "fr" for value in each) for each in lists]
    assert failing(rule, *column(lists, pa.string()), len(lists)).tolist() == expected


def test_a_fact_no_unit_has_drops_none():
    rule = Rule("fact", reason="x", at_least=1.0)
    assert failing(rule, pa.nulls(3), np.arange(3), 3).tolist() == [False] * 3


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20), st.floats(-3, 3), st.floats(0, 1))
def test_a_relative_bound_is_counted_in_deviations_or_quantiles(values, deviations, share):
    facts = pa.array([*values, None])
    std = fitted(Rule("fact", reason="x", relative="std", at_least=deviations), facts)
    assert std.at_least == pytest.approx(np.mean(values) + deviations * np.std(values), abs=1e-9)
    quantile = fitted(Rule("fact", reason="x", relative="quantile", at_most=share), facts)
    assert quantile.at_most == pytest.approx(np.quantile(values, share), abs=1e-9)
    robust = fitted(Rule("fact", reason="x", relative="robust", at_least=deviations), facts)
    spread = 1.4826 * np.median(np.abs(values - np.median(values)))
    expected = pytest.approx(np.median(values) + deviations * spread, abs=1e-9) if spread else None
    assert robust.at_least == expected


def test_a_robust_rule_drops_none_where_most_facts_are_equal():
    facts = pa.array([0.5] * 6 + [0.4, 0.6])
    rule = fitted(Rule("fact", reason="x", relative="robust", at_least=-4), facts)
    assert not failing(rule, facts, np.arange(8), 8).any()


@pytest.mark.parametrize("relative", ["std", "robust", "quantile"])
def test_a_relative_rule_without_a_fact_to_fit_drops_none(relative):
    rule = Rule("fact", reason="x", relative=relative, at_least=0.5)
    for facts in (pa.nulls(2), pa.array([None, None], pa.float64()), pa.array([], pa.float64())):
        assert not failing(fitted(rule, facts), facts, np.arange(len(facts)), 2).any()


@given(st.floats(-1e6, 1e6), st.integers(1, 50), st.sampled_from(["std", "robust", "quantile"]))
def test_a_relative_rule_drops_no_unit_where_all_are_alike(value, count, relative):
    facts = pa.array([value] * count)
    rule = fitted(Rule("fact", reason="x", relative=relative, at_least=0.25, at_most=0.75), facts)
    assert not failing(rule, facts, np.arange(count), count).any()


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20), st.randoms(use_true_random=False))
def test_a_relative_bound_does_not_depend_on_the_order_of_rows(values, random):
    shuffled = random.sample(values, len(values))
    for relative in ("std", "robust", "quantile"):
        rule = Rule("fact", reason="x", relative=relative, at_least=0.1)
        assert fitted(rule, pa.array(shuffled)) == fitted(rule, pa.array(values))
