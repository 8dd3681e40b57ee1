"""One bad row costs one row: not the build, and not its neighbours."""

import pytest

from mmhub import Step
from mmhub.workers.jobs import Limits

SOUND = [f"note {n}" for n in range(11, 19)]
KEPT = ("kept", "")


def others(fates, *bad):
    return {fate for row_id, fate in fates.items() if row_id not in bad}


@pytest.mark.parametrize(
    ("word", "reason"),
    [("torn", "torn"), ("fail", "decoder-error"), ("crash", "crashed"), ("exit", "decoder-error"), (None, "not-found")],
)
def test_a_value_that_does_not_decode_costs_its_row(bench, word, reason):
    bench.put({**{f"r{n}": note for n, note in enumerate(SOUND)}, "bad": word})
    report = bench.build(Step("note/number"))
    assert bench.fates()["bad"] == ("quarantined", reason)
    assert others(bench.fates(), "bad") == {KEPT}
    assert report.quarantined == {reason: 1}


def test_a_value_that_hangs_costs_its_row_and_the_wait(bench, paced):
    paced(limits=Limits(seconds=0.5))
    bench.put([*SOUND[:3], "hang", *SOUND[3:]])
    bench.build(Step("note/number"))
    assert bench.fates()["r003"] == ("quarantined", "timeout")
    assert others(bench.fates(), "r003") == {KEPT}


def test_crashes_in_one_batch_cost_a_row_each(bench):
    bench.put(["crash", *SOUND, "crash"])
    bench.build(Step("note/number"))
    assert {row_id for row_id, fate in bench.fates().items() if fate != KEPT} == {"r000", "r009"}


@pytest.mark.parametrize("before", ["note 11", "crash"])
def test_a_value_that_crashes_once_is_tried_again_alone_and_kept(bench, before):
    bench.put([before, "stumble", "note 12"])
    bench.build(Step("note/number"))
    assert bench.fates()["r001"] == bench.fates()["r002"] == KEPT


def test_what_a_crash_interrupts_is_decoded_once_more_at_most(bench):
    bench.put([*SOUND[:4], "crash", *SOUND[4:]])
    bench.build(Step("note/number"))
    told = bench.told("decode")
    assert told.count("crash") == 2
    assert max(told.count(note) for note in SOUND) == 1


@pytest.mark.parametrize("word", ["raise", "nan", "short"])
def test_a_media_value_an_operator_fails_on_costs_its_row(bench, word):
    bench.put([*SOUND[:3], f"note 40 {word}", *SOUND[3:]])
    bench.build(Step("note/number"))
    assert bench.fates()["r003"] == ("quarantined", "operator-error")
    assert others(bench.fates(), "r003") == {KEPT}


@pytest.mark.parametrize("word", ["raise", "nan", "short"])
def test_a_text_an_operator_fails_on_costs_its_row_though_texts_are_measured_together(bench, word):
    bench.put(SOUND, text="well and good")
    bench.rows[5]["text"] = f"not {word} good"
    bench.build(Step("words/length"))
    assert bench.fates()["r005"] == ("quarantined", "operator-error")
    assert others(bench.fates(), "r005") == {KEPT}


def test_one_bad_value_of_a_list_costs_its_row(bench):
    bench.put(SOUND[:3])
    for row, texts in zip(bench.rows, (["a", "b"], ["a", "raise"], []), strict=True):
        row["texts"] = texts
    bench.build(recipe=bench.recipe(Step("words/length"), fields={"texts": {"modality": "words", "many": True}}))
    assert bench.fates() == {"r000": KEPT, "r001": ("quarantined", "operator-error"), "r002": KEPT}


def test_a_value_of_the_wrong_type_costs_its_row(bench):
    bench.put(SOUND[:3], text="fine")
    bench.rows[1]["text"] = 7
    bench.build(Step("words/length"))
    assert bench.fates()["r001"] == ("quarantined", "wrong-type")


def test_the_ledger_says_what_was_wrong(bench):
    bench.put(["note 12 raise", "torn"])
    bench.build(Step("note/number"))
    from mmhub import load_ledger

    messages = load_ledger("notes", store=bench.store)["message"]
    assert messages[:] == ["note/number: ZeroDivisionError: asked to", "there is a hole in it"]
