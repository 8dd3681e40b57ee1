"""A value at which an encoder ends one of several processes of a build costs its own row, in that same build."""

import os
from functools import partial

import mmhub_unruly
import numpy as np
import pytest

from mmhub import Step, plugins
from mmhub.encoding.guard import Guard
from mmhub.encoding.marks import Mark
from mmhub.engines import planned, processes
from mmhub.engines.parts import asked_of, measured_part
from mmhub.engines.ranks import Rank
from mmhub.measuring import measure
from mmhub.run import build
from mmhub.sources.stamps import read_keys
from mmhub.store import Store

ENCODED = Step("thing/constant")
ONE = bytes([1]) * 32


@pytest.fixture
def light(unruly, monkeypatch):
    """Things, in small work units, and an encoder that needs no torch."""
    monkeypatch.setattr(measure, "_model", mmhub_unruly.constant)
    monkeypatch.setattr(planned, "_STEP_ROWS", 4)
    monkeypatch.setattr(plugins, "discover", lambda: unruly.offers)
    return unruly


def forked(act):
    """Return the id of a new process that does something, and has failed where it comes to the end of that."""
    child = os.fork()
    if child:
        return child
    try:
        act()
    finally:
        os._exit(7)


def how_it_ends(process):
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def test_what_ended_one_process_is_quarantined_by_another_that_takes_over(light, monkeypatch):
    light.put(["fine 0", "forward vanish", *(f"fine {number}" for number in range(2, 8))])
    request = light.request(ENCODED)
    assist = partial(processes.assist, request, Store.at(light.store).made(), lambda _: None, rank=Rank(1, 2, "run"))
    other, measured = forked(assist), processes.measure_share

    def after_the_other(*asked):
        monkeypatch.setattr(processes, "measure_share", measured)
        assert how_it_ends(other) == 0, "it vanished"
        return measured(*asked)

    monkeypatch.setattr(processes, "measure_share", after_the_other)
    report = build(request, engine=partial(processes.lead, rank=Rank(0, 2, "run")), offers=light.offers)
    assert light.fates() == ["", "crashed", *[""] * 6]
    light.store = light.store.with_name("alone")
    assert how_it_ends(forked(lambda: light.build(ENCODED))) == 0
    assert report.identity == light.build(ENCODED).identity


def test_what_ended_one_worker_of_a_cluster_is_quarantined_by_the_next_that_is_given_its_part(light):
    light.put(["fine 0", "forward vanish", "fine 2", "fine 3"])

    def as_clusters_do(ready, found, store, progress):
        part = partial(measured_part, asked_of(ready, found, store), found.plan.units, processes=1)
        assert how_it_ends(forked(part)) == 0, "it vanished"
        did = part()
        for items in found.units.items.values():
            read_keys(items, np.arange(len(items)), threads=1)
        return did

    def built():
        build(light.request(ENCODED), engine=as_clusters_do, offers=light.offers)
        os._exit(3)

    # In a process of its own, as a worker of a cluster keeps what it has read, and its fork server, for other parts.
    assert how_it_ends(forked(built)) == 3
    assert light.fates() == ["", "crashed", "", ""]


def test_a_process_learns_at_every_work_unit_what_others_were_at_when_they_ended(tmp_path):
    guard = Guard("thing/constant", tmp_path, 4)

    def vanish():
        with Mark(tmp_path, 4).passing([ONE]):
            os._exit(0)

    assert how_it_ends(forked(vanish)) == 0
    assert not guard.suspects(ONE)
    guard.look()
    assert guard.suspects(ONE)
    guard.close()
