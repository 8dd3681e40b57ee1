"""Whatever one value makes a plugin do, it costs that row, says why, and costs at most two worker processes."""

import pytest

from mmhub import Step
from mmhub.workers.jobs import Limits
from mmhub.workers.pool import Pool

ERRORS = ("raise", "mute", "surrogates", "novel", "deep", "exit", "panic")
WRONG = {
    "measure": ("nan", "word", "list", "object"),
    "measure-natural": ("huge", "negative", "word"),
    "measure-truth": ("word", "object"),
    "measure-name": ("half", "object"),
    "measure-signature": ("word", "huge", "object"),
    "columns": ("short", "long", "none", "other", "more", "square", "emptied"),
}
WRONG_OF_MEDIA = {
    "repair": ("object",),
    "encode": ("none", "object"),
    "view": ("sticky", "trap"),
    "prepare": ("none", "raise", "exit", "panic"),
    "bucket": ("raise", "word", "list"),
    "forward": ("raise", "nan", "exit", "panic"),
}
ANSWERS = [
    *(("decode", what, "decoder-error") for what in ERRORS),
    *((where, what, "operator-error") for where in ("measure", "repair", "view", "pair") for what in ERRORS),
    *((where, what, "operator-error") for where, several in (WRONG | WRONG_OF_MEDIA).items() for what in several),
    ("decode", "reasonless", "None"),
    ("decode", "gigabytes", "out-of-memory"),
    ("measure", "gigabytes", "out-of-memory"),
]
DEATHS = [
    ("decode", "abort", "crashed"),
    *(("measure", what, "crashed") for what in ("segfault", "vanish")),
    *((where, "abort", "crashed") for where in ("repair", "encode", "view", "pair")),
    *(("decode", what, "timeout") for what in ("hang", "stop")),
    ("measure", "spin", "timeout"),
]
SAYINGS = [
    *(("measure", what, "operator-error") for what in ERRORS),
    *((where, what, "operator-error") for where, several in WRONG.items() for what in several),
    ("measure", "abort", "crashed"),
    ("repair", "segfault", "crashed"),
    ("measure", "hang", "timeout"),
]


@pytest.fixture
def pools(monkeypatch):
    """The pools a build has made."""
    made = []
    monkeypatch.setattr(Pool, "close", lambda pool, close=Pool.close: (made.append(pool), close(pool)))
    return made


def among(values):
    """Return ``values``, each followed by a sound one."""
    return [each for number, value in enumerate(values) for each in (value, f"fine {number}")]


def check(ledger, cases):
    """Check that of rows `among` which others stand the bad ones are quarantined as they should be, and no others."""
    rows = [ledger[row_id] for row_id in sorted(ledger)]
    assert {row["fate"] for row in rows[1::2]} == {"kept"}
    found = {f"{where} {what}": row["reason"] for (where, what, _), row in zip(cases, rows[::2], strict=True)}
    assert found == {f"{where} {what}": reason for where, what, reason in cases}
    assert {row["fate"] for row in rows[::2]} == {"quarantined"}
    assert all(0 < len(row["message"]) <= 500 for row in rows[::2])


def test_a_thing_on_which_a_plugin_errs_costs_its_row_and_no_worker(unruly, pools):
    unruly.put(among(f"{where} {what}" for where, what, _ in ANSWERS))
    unruly.build()
    check(unruly.ledger(), ANSWERS)
    assert pools[0].restarts == 0
    assert unruly.build().decoded == 0


def test_a_thing_that_ends_a_worker_costs_its_row_and_two_workers(unruly, pools):
    unruly.put(among(f"{where} {what}" for where, what, _ in DEATHS))
    unruly.build(workers=2)
    check(unruly.ledger(), DEATHS)
    assert pools[0].restarts <= 2 * len(DEATHS)
    assert unruly.build().decoded == 0


def test_a_saying_costs_its_row_and_two_workers_at_most(unruly, pools):
    unruly.put([f"fine {number}" for number in range(2 * len(SAYINGS))])
    for number, (where, what, _) in enumerate(SAYINGS):
        (unruly.folder / f"r{2 * number:03d}.txt").write_text(f"{where} {what}")
    unruly.build()
    check(unruly.ledger(), SAYINGS)
    assert pools[0].restarts <= 2 * sum(reason != "operator-error" for *_, reason in SAYINGS)


def test_a_thing_that_cuts_the_wire_costs_its_row(unruly):
    unruly.put(among(["decode deaf"]))
    unruly.build()
    check(unruly.ledger(), [("decode", "deaf", "crashed")])


def test_a_hoarder_runs_out_of_memory(unruly):
    unruly.limits = Limits(seconds=20, memory_bytes=512 << 20)
    unruly.put(among(["decode hoard", "measure hoard"]))
    unruly.build()
    check(unruly.ledger(), [("decode", "hoard", "out-of-memory"), ("measure", "hoard", "out-of-memory")])


def test_what_crashes_is_named(unruly):
    unruly.put(["measure abort", "pair abort", "decode abort", "fine"])
    unruly.build()
    ledger = unruly.ledger()
    assert [ledger[f"r{n:03d}"]["step"] for n in range(3)] == ["thing/facts", "thing/gap", "decode"]
    assert ledger["r000"]["message"].startswith("thing/facts: the worker process ended with signal SIGABRT")


def test_a_pair_that_crashes_costs_neither_of_its_values(unruly):
    unruly.put(["pair abort", "fine"])
    unruly.build()
    assert {row_id: row["thing/facts.natural"] for row_id, row in unruly.ledger().items()} == {"r000": 1, "r001": 1}


def test_vectors_that_an_alignment_errs_on_cost_their_row(unruly):
    unruly.put(["fine", "forward negative", "fine too"])
    unruly.build(Step("thing/both"), Step("thing/apart", fields=("thing", "saying")))
    ledger = unruly.ledger()
    assert [row["thing/apart.apart"] for row in ledger.values()] == [0.0, None, 0.0]
    assert unruly.fates() == ["", "operator-error", ""]
    assert (ledger["r001"]["step"], ledger["r001"]["field"]) == ("thing/apart", "thing+saying")
    assert ledger["r001"]["message"] == "thing/apart: ValueError: below zero"


def test_a_worker_that_talks_too_much_is_cut_short(unruly):
    unruly.put(["decode shout", "fine"])
    assert unruly.build().rows["kept"] == 2


def test_what_a_repair_crashes_on_is_not_held_against_its_decoding(unruly):
    unruly.put(["repair abort", "fine"])
    unruly.build(Step("thing/mend"), Step("thing/facts"))
    assert unruly.ledger()["r000"]["step"] == "thing/mend"
    assert unruly.build(Step("thing/facts")).rows["kept"] == 2


def test_a_copy_of_a_worker_that_a_plugin_leaves_behind_answers_nothing(unruly, pools):
    unruly.put(["measure fork", "fine", "measure fork again", "fine too"])
    unruly.build()
    assert unruly.fates() == [""] * 4
    assert pools[0].restarts == 0
