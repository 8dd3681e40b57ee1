"""What is shared among processes, how it is cut, and whether all of them mean the same by it."""

import logging

import numpy as np
import pytest

from mmhub import run
from mmhub.engines import processes
from mmhub.engines.claimed import Claimed
from mmhub.engines.parts import asked_of, measured_part
from mmhub.engines.planned import Planned, meaning, unit_rows
from mmhub.engines.ranks import Rank
from mmhub.engines.together import Together
from mmhub.errors import MmhubError, RecipeError, StoreError
from mmhub.measuring.pace import Pace
from mmhub.request import Request, get_ready
from mmhub.store import Store
from mmhub.survey import survey

TEXTS = """
import mmhub
from mmhub import Column, Recipe, Step


class Options(mmhub.Options):
    few: int = 20


recipe = Recipe(name="texts", fields={"text": Column(modality="text")}, steps=(Step("text/length"),))


def rows(options: Options, folder):
    for number in range(options.few):
        yield {"row_id": f"t{number}", "text": f"text {number}"}
"""
SECOND = Rank(1, 2, "run", 2)


@pytest.fixture
def store(tmp_path):
    return Store.at(tmp_path / "store").made()


@pytest.fixture
def asked(tmp_path, store):
    """A request for a few texts."""
    (tmp_path / "texts.py").write_text(TEXTS)
    return Request(str(tmp_path / "texts.py"), store=store.root, workers=1)


def found_for(request, store):
    ready = get_ready(request)
    return ready, survey(ready, store, lambda *_: None)


def published(store, planned):
    """Return the share of a first process that has written down a plan."""
    share = Claimed(store.runs / SECOND.run, 0, SECOND.size)
    share.publish(planned)
    return share


@pytest.mark.parametrize(("units", "count", "size"), [(0, 2, 128), (1000, 2, 128), (1600, 2, 256), (10**6, 2, 512)])
def test_little_work_is_cut_smaller_so_that_every_process_gets_some(units, count, size):
    assert unit_rows(Pace(), units=units, processes=count) == size


def test_a_size_that_was_asked_for_is_not_exceeded():
    assert unit_rows(Pace(unit_rows=16), units=10**6, processes=2) == 16
    assert unit_rows(Pace(), units=10**6, processes=2, most=4) == 2048


def test_a_plan_is_read_as_it_was_written(tmp_path):
    Planned(np.arange(5), 2, "all").write(tmp_path / "plan")
    read = Planned.read(tmp_path / "plan")
    assert (len(read), read.size, read.meaning) == (3, 2, "all")
    assert [read.part(number).tolist() for number in range(3)] == [[0, 1], [2, 3], [4]]


def test_a_process_that_helps_does_what_was_planned(asked, store):
    ready, found = found_for(asked, store)
    share = published(store, Planned(found.plan.units, 8, meaning(ready, found)))
    processes.assist(asked, store, lambda *_: None, rank=SECOND)
    assert share.open_claims() == 0
    assert share.others().units == 20
    assert share.excuses() == []


def test_a_process_that_reads_other_rows_measures_nothing_and_the_first_one_says_why(asked, store, caplog):
    ready, found = found_for(asked, store)
    share = published(store, Planned(found.plan.units, 8, meaning(ready, found)))
    other = Request(asked.recipe, store=store.root, workers=1, settings=("source.few=21",))
    processes.assist(other, store, lambda *_: None, rank=SECOND)
    assert share.open_claims() == 3
    with caplog.at_level(logging.WARNING):
        Together(share, lambda tally: None).total()
        Together(share, lambda tally: None).total()
    (said,) = caplog.messages
    assert said.startswith("rank 1 (process ")
    assert "helps no more, and what it left is done by others: it reads other rows than rank 0" in said


def test_a_process_that_cannot_begin_leaves_the_build_to_the_others(asked, store):
    share = published(store, Planned(np.arange(20), 8, "all"))
    processes.assist(Request("nosuch.py", store=store.root), store, lambda *_: None, rank=SECOND)
    (why,) = share.excuses()
    assert "what it left is done by others: " in why
    assert "nosuch.py" in why


def test_a_process_that_waits_for_the_first_one_says_so_once_and_not_for_ever(asked, store, monkeypatch, caplog):
    monkeypatch.setattr(processes, "_LATE_SECONDS", 0.0)
    monkeypatch.setattr(processes, "_PLAN_SECONDS", 0.3)
    with pytest.raises(StoreError, match=r"rank 0 has written no plan into .* for 0.3"):
        processes.assist(asked, store, lambda *_: None, rank=SECOND)
    (said,) = caplog.messages
    assert said.startswith("rank 1 of 2 waits for rank 0 to read the source")
    assert said.endswith("`unset RANK WORLD_SIZE`")


def test_a_process_that_leads_cuts_little_work_small(asked, store):
    lead = Rank(0, 2, "run", 2)
    report = run.build(asked, engine=lambda *what: processes.lead(*what, rank=lead))
    assert report.rows["kept"] == 20
    # The second process has not come yet, and finds that nothing is left for it.
    processes.assist(asked, store, lambda *_: None, rank=SECOND)
    assert list(store.runs.iterdir()) == []


def test_a_worker_of_a_cluster_measures_a_part(asked, store):
    ready, found = found_for(asked, store)
    did = measured_part(asked_of(ready, found, store), np.arange(4, 10), processes=1)
    assert did.units == 6
    _, after = found_for(asked, store)
    assert sorted(set(found.plan.units) - set(after.plan.units)) == list(range(4, 10))


def test_a_worker_of_a_cluster_that_reads_other_rows_says_so(asked, store):
    ready, found = found_for(asked, store)
    asked_for = asked_of(ready, found, store)
    place = store.root.parent / "texts.py"
    place.write_text(place.read_text().replace("few: int = 20", "few: int = 21"))
    with pytest.raises(RecipeError, match="it reads other rows than the build"):
        measured_part(asked_for, np.arange(4), processes=1)


def test_a_worker_of_a_cluster_that_sees_no_store_says_so(asked, store, tmp_path):
    ready, found = found_for(asked, store)
    elsewhere = asked_of(ready, found, Store.at(tmp_path / "elsewhere"))
    with pytest.raises(MmhubError, match=r"it sees no store at .*elsewhere'"):
        measured_part(elsewhere, np.arange(4), processes=1)


def test_each_build_is_surveyed_anew_by_the_workers_of_a_cluster(asked, store):
    ready, found = found_for(asked, store)
    assert asked_of(ready, found, store) != asked_of(ready, found, store)
