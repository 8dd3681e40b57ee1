"""Whatever one value makes a plugin do, it costs that row, says why, and costs at most two worker processes."""

import pytest

from mmhub.workers.pool import Pool

CRASHES = ("abort", "segfault", "exit", "vanish", "panic", "deaf")
ERRORS = ("raise", "mute", "surrogates", "novel", "deep")
WRONG = {
    "measure": ("nan", "word", "list", "object"),
    "measure-natural": ("huge", "negative", "word"),
    "measure-truth": ("word", "object"),
    "measure-name": ("half", "object"),
    "measure-signature": ("word", "huge", "object"),
    "columns": ("short", "long", "none", "other", "more", "square"),
    "repair": ("object",),
    "encode": ("none", "object"),
    "view": ("sticky", "trap"),
    "prepare": ("none", "raise"),
    "bucket": ("raise",),
    "forward": ("raise", "nan"),
}
CASES = [
    *((where, what, "crashed") for where in ("decode", "measure", "repair", "view", "pair") for what in CRASHES),
    *((where, what, "timeout") for where in ("decode", "measure") for what in ("hang", "spin", "stop")),
    *((where, what, "out-of-memory") for where in ("decode", "measure") for what in ("hoard", "gigabytes")),
    *(("decode", what, "decoder-error") for what in ERRORS),
    *((where, what, "operator-error") for where in ("measure", "repair", "view", "pair") for what in ERRORS),
    *((where, what, "operator-error") for where, several in WRONG.items() for what in several),
    ("decode", "reasonless", "None"),
]


@pytest.fixture
def pools(monkeypatch):
    """The pools a build has made."""
    made = []
    monkeypatch.setattr(Pool, "close", lambda pool, close=Pool.close: (made.append(pool), close(pool)))
    return made


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_a_thing_costs_its_own_row(unruly, pools, case):
    where, what, reason = case
    unruly.put(["fine", f"{where} {what}", "fine"])
    unruly.build()
    ledger = unruly.ledger()
    assert [ledger[row_id]["fate"] for row_id in sorted(ledger)] == ["kept", "quarantined", "kept"]
    assert ledger["r001"]["reason"] == reason
    assert ledger["r001"]["message"]
    assert len(ledger["r001"]["message"]) < 1000
    assert sum(pool.restarts for pool in pools) <= 2
    assert unruly.build().decoded == 0


@pytest.mark.parametrize(
    ("what", "reason"),
    [(what, "crashed") for what in CRASHES]
    + [(what, "operator-error") for what in ERRORS]
    + [("hang", "timeout"), ("hoard", "out-of-memory"), ("word", "operator-error")],
)
def test_a_saying_costs_its_own_row(unruly, pools, what, reason):
    unruly.put(["fine"] * 9, {4: f"measure {what}"})
    unruly.build()
    ledger = unruly.ledger()
    assert {row_id for row_id, row in ledger.items() if row["fate"] != "kept"} == {"r004"}
    assert ledger["r004"]["reason"] == reason
    assert sum(pool.restarts for pool in pools) <= 2


def test_what_crashes_is_named(unruly):
    unruly.put(["measure abort", "pair abort", "decode abort", "fine"])
    unruly.build()
    ledger = unruly.ledger()
    assert [ledger[f"r{n:03d}"]["step"] for n in range(3)] == ["thing/facts", "thing/gap", "decode"]
    assert ledger["r000"]["message"].startswith("thing/facts: the worker process ended with signal SIGABRT")


def test_a_pair_that_crashes_leaves_both_its_values_to_other_rows(unruly):
    unruly.put(["pair abort", "fine"], {0: "well"})
    unruly.build()
    assert {row_id: row["thing/facts.natural"] for row_id, row in unruly.ledger().items()} == {"r000": 1, "r001": 1}


def test_a_worker_that_talks_too_much_is_heard_no_longer(unruly):
    unruly.put(["decode shout", "fine"])
    assert unruly.build().rows["kept"] == 2


def test_a_poisoned_row_among_many_workers_costs_no_neighbour(unruly):
    unruly.put([*(f"fine {n}" for n in range(40)), "decode abort", *(f"fine {n}" for n in range(40, 80))])
    report = unruly.build(workers=2)
    assert report.rows["kept"] == 80
