"""The first of several processes tells how far all of them are."""

from collections import Counter

import numpy as np
import pytest

from mmhub.engines import together
from mmhub.engines.claimed import Claimed
from mmhub.engines.planned import Planned
from mmhub.engines.together import Together
from mmhub.measuring.pace import Tally


@pytest.fixture
def shares(tmp_path):
    """What two processes share of six units, two in a work unit: the first has done one, the second is at another."""
    lead, other = (Claimed(tmp_path / "run", rank=rank, ranks=2) for rank in (0, 1))
    lead.publish(Planned(np.arange(6), 2))
    lead.done(next(lead.take()), Tally(units=2, losses=Counter(empty=1)))
    yield lead, other
    lead.release()
    other.release()


def do_one(share):
    share.done(next(share.take()), Tally(units=2, decoded=3, losses=Counter(empty=1, long=1)))


def test_what_others_have_done_counts_as_what_this_process_is_at(shares, monkeypatch):
    lead, other = shares
    monkeypatch.setattr(together, "_LOOK_SECONDS", 0.0)
    told = []
    telling = Together(lead, told.append)
    telling(Tally(units=2, losses=Counter(empty=1)))
    do_one(other)
    telling(Tally(units=3, losses=Counter(empty=1)))
    telling.ended(Tally(units=4, decoded=1, losses=Counter(empty=1)))
    assert [each.units for each in told] == [2, 5, 6]
    assert told[-1] == telling.total() == Tally(units=6, decoded=4, losses=Counter(empty=2, long=1))


def test_others_are_looked_at_once_a_second_and_at_the_end(shares):
    lead, other = shares
    told = []
    telling = Together(lead, told.append)
    telling(Tally(units=2))
    do_one(other)
    telling.ended(Tally(units=4))
    assert [each.units for each in told] == [2, 4]
    assert telling.total().units == told[-1].units == 6
