"""Politeness: how many at once, how fast, and to whom."""

import time
from itertools import pairwise

from mmhub.downloading.turns import Turns


def test_no_host_has_more_connections_than_it_is_given(served, get):
    def slow(handler):
        time.sleep(0.02)
        handler.answer(200, b"here")

    urls = [served.on(f"/{n}", slow) for n in range(12)]
    assert get(*urls, connections=8, connections_per_host=3) == [b"here"] * 12
    assert served.most_busy <= 3


def test_requests_to_a_host_are_apart_by_the_delay(served, get):
    times = []

    def note(handler):
        times.append(time.monotonic())
        handler.answer(200, b"here")

    get(*(served.on(f"/{n}", note) for n in range(4)), delay_seconds=0.1)
    assert all(later - earlier >= 0.08 for earlier, later in pairwise(times))


def test_hosts_take_turns():
    turns = Turns([("a", 0), ("a", 1), ("a", 2), ("b", 3), ("c", 4)], per_host=2, delay_seconds=0)
    assert [turns.take() for _ in range(4)] == [("a", 0), ("b", 3), ("c", 4), ("a", 1)]
    turns.done("a")
    assert turns.take() == ("a", 2)


def test_a_job_that_waits_keeps_nobody_else_waiting():
    turns = Turns([("a", 0), ("a", 1), ("b", 2)], per_host=1, delay_seconds=0)
    assert turns.take() == ("a", 0)
    turns.again("a", 0, 0.05)
    assert [turns.take() for _ in range(2)] == [("b", 2), ("a", 1)]
    turns.done("a")
    start = time.monotonic()
    assert turns.take() == ("a", 0)
    assert time.monotonic() - start >= 0.04


def test_a_host_that_is_busy_is_left_alone_as_a_whole():
    turns = Turns([("a", 0), ("a", 1)], per_host=2, delay_seconds=0)
    turns.take()
    turns.again("a", 0, 0.05, whole_host=True)
    start = time.monotonic()
    assert {turns.take(), turns.take()} == {("a", 0), ("a", 1)}
    assert time.monotonic() - start >= 0.04


def test_when_all_is_done_nobody_waits():
    turns = Turns([("a", 0)], per_host=1, delay_seconds=0)
    turns.take()
    turns.done("a")
    assert turns.take() is None
