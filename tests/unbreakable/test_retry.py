"""Quarantined rows are tried again where that is asked for, and only those."""

import pytest

from mmhub import RecipeError, Step, StoreError
from mmhub.facts import blocks_of
from mmhub.request import get_ready
from mmhub.retrying import Where
from mmhub.store import Store
from mmhub.workers.jobs import Limits

FACTS = Step("thing/facts")


@pytest.fixture
def quarantined(unruly, monkeypatch):
    """A version with rows quarantined for two reasons, of which the environment can be changed for the better."""
    monkeypatch.setenv("MMHUB_UNRULY", "1")
    unruly.put(["decode sometimes", "fine 1", "decode raise", "measure sometimes", "fine 2"])
    unruly.build(FACTS)
    assert unruly.fates() == ["decoder-error", "", "decoder-error", "operator-error", ""]
    return unruly


def test_rows_with_a_reason_are_tried_again_and_only_those(quarantined, monkeypatch):
    monkeypatch.delenv("MMHUB_UNRULY")
    done = quarantined.retry(FACTS, where="reason=decoder-error")
    assert (done.rows, done.recovered, done.report.decoded) == (2, 1, 2)
    assert quarantined.fates() == ["", "", "decoder-error", "operator-error", ""]


def test_rows_of_a_step_are_tried_again(quarantined, monkeypatch):
    monkeypatch.delenv("MMHUB_UNRULY")
    done = quarantined.retry(FACTS, where="step=thing/facts")
    assert (done.rows, done.recovered, done.report.decoded) == (1, 1, 1)


def test_rows_that_fail_again_are_quarantined_as_before(quarantined):
    done = quarantined.retry(FACTS, where="reason=operator-error")
    assert (done.rows, done.recovered) == (1, 0)
    assert done.report.unchanged


def test_all_other_facts_stay(quarantined, monkeypatch):
    ready = get_ready(quarantined.request(FACTS), offers=quarantined.offers)
    store = Store.at(quarantined.store)
    before = {bound.name: blocks_of(bound, store).table.num_rows for bound in ready.bindings.bound}
    quarantined.retry(FACTS, where="reason=decoder-error")
    assert {bound.name: blocks_of(bound, store).table.num_rows for bound in ready.bindings.bound} == before
    assert quarantined.build(FACTS).decoded == 0


def test_a_longer_time_is_tried_with_the_rows_that_took_too_long(unruly):
    unruly.limits = Limits(seconds=0.5)
    unruly.put(["decode slow", "fine"])
    unruly.build(FACTS)
    assert unruly.fates() == ["timeout", ""]
    unruly.limits = Limits(seconds=20)
    assert unruly.retry(FACTS, where="reason=timeout").recovered == 1
    assert unruly.fates() == ["", ""]


def test_rows_that_could_not_be_cut_are_tried_again(unruly, monkeypatch):
    monkeypatch.setenv("MMHUB_UNRULY", "1")
    unruly.put(["cut sometimes", "fine"])
    unruly.build(FACTS, segment="thing/cut")
    assert unruly.fates() == ["operator-error", "segmented", ""]
    monkeypatch.delenv("MMHUB_UNRULY")
    done = unruly.retry(FACTS, segment="thing/cut", where="reason=operator-error")
    assert unruly.fates() == ["segmented", "", "segmented", ""]
    assert (done.rows, done.recovered) == (1, 1)


def test_a_row_that_hangs_when_it_is_cut_costs_itself(unruly):
    unruly.put(["cut hang", "fine"])
    unruly.build(FACTS, segment="thing/cut")
    assert unruly.fates() == ["timeout", "segmented", ""]


def test_a_reason_that_no_row_has_is_an_error_that_names_those_there_are(quarantined):
    message = (
        r"no row of 'things' is quarantined with reason 'decode-error': "
        r"its reasons are decoder-error, operator-error; did you mean 'decoder-error'\?"
    )
    with pytest.raises(StoreError, match=message):
        quarantined.retry(FACTS, where="reason=decode-error")


@pytest.mark.parametrize("where", ["timeout", "reason=", "fate=kept"])
def test_a_condition_that_says_nothing_of_a_row_is_an_error(where):
    with pytest.raises(RecipeError, match="says nothing of a row: try `reason=timeout`"):
        Where.parse([where])


def test_rows_are_not_tried_again_while_a_build_runs(quarantined):
    with Store.at(quarantined.store).in_use(), pytest.raises(StoreError, match="is in use"):
        quarantined.retry(FACTS, where="reason=decoder-error")
