import json
import os
import re
from collections import Counter

import numpy as np
import pytest

import mmhub
from mmhub.engines.claimed import Claimed
from mmhub.engines.planned import Planned
from mmhub.engines.ranks import Rank, this_rank
from mmhub.errors import MmhubError
from mmhub.measuring.pace import Tally


def test_two_processes_build_what_one_builds(script, tmp_path, mmhub_command):
    alone = mmhub.build(str(script), store=tmp_path / "alone")
    ended = mmhub_command("build", script, "--store", tmp_path / "shared", "--processes", 2, "--json")
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)
    assert report["identity"] == alone.identity
    assert report["rows"] == alone.rows
    (told,) = (line for line in ended.stderr.splitlines() if line.startswith("measuring: 1,600 of"))
    assert "1,600 of 1,600 rows (100.0 %)" in told


def test_a_killed_process_ends_the_build_with_a_sentence_and_the_next_one_goes_on(script, tmp_path, mmhub_command):
    alone = mmhub.build(str(script), store=tmp_path / "alone")
    (tmp_path / "kill").write_text("rank 1")
    ended = mmhub_command("build", script, "--store", tmp_path / "shared", "--processes", 2)
    assert ended.returncode == 1
    (said,) = (line for line in ended.stderr.splitlines() if not line.startswith("reading the source"))
    assert re.match(r"error: rank 1 of the build \(process \d+\) was ended by SIGKILL", said)
    assert said.endswith("what is measured is kept, and the same command goes on from there")
    assert mmhub.build(str(script), store=tmp_path / "shared").identity == alone.identity


def test_what_is_wrong_with_a_request_is_said_once_before_any_process_starts(tmp_path, mmhub_command):
    ended = mmhub_command("build", "nosuch.yaml", "--store", tmp_path, "--processes", 2)
    assert ended.returncode == 1
    assert ended.stderr.count("error: ") == len(ended.stderr.splitlines()) == 1


FAILING = """
from mmhub import Column, Recipe, SourceError

recipe = Recipe(name="failing", fields={"text": Column(modality="text")})


def rows(options, folder):
    raise SourceError("no texts are there")
"""


def test_a_process_that_fails_with_a_sentence_is_not_talked_over(tmp_path, mmhub_command):
    (tmp_path / "failing.py").write_text(FAILING)
    ended = mmhub_command("build", tmp_path / "failing.py", "--store", tmp_path / "store", "--processes", 2)
    assert (ended.returncode, ended.stderr) == (1, "error: no texts are there\n")


def test_a_work_unit_whose_process_died_is_taken_over(tmp_path):
    dead, alive = Claimed(tmp_path / "run"), Claimed(tmp_path / "run")
    dead.publish(Planned(np.arange(6), 2))
    assert next(dead.take()).tolist() == [0, 1]
    assert [part.tolist() for part in alive.take()] == [[2, 3], [4, 5]]
    assert alive.open_claims() == 1
    dead.release()
    assert [part.tolist() for part in alive.take()] == [[0, 1]]
    alive.release()


def test_what_is_done_is_not_claimed_again(tmp_path):
    one, other = Claimed(tmp_path / "run"), Claimed(tmp_path / "run")
    one.publish(Planned(np.arange(6), 4))
    for part in one.take():
        one.done(part, Tally(units=len(part), decoded=len(part), losses=Counter(empty=1)))
    assert list(other.take()) == []
    assert other.open_claims() == 0
    assert one.others() == Tally()
    assert other.others() == Tally(units=6, decoded=6, losses=Counter(empty=2))


def patient(seconds):
    """Wait for a plan as long as it takes."""


def test_a_process_that_comes_when_all_is_done_has_nothing_to_do(tmp_path):
    lead, late = (Claimed(tmp_path / "run", rank=rank, ranks=2) for rank in (0, 1))
    lead.publish(Planned(np.arange(6), 4))
    for part in lead.take():
        lead.done(part, Tally(decoded=1))
    lead.close()
    assert len(late.await_plan(patient)) == 0
    late.leave()
    assert not lead.folder.exists()


def test_a_process_that_has_seen_the_plan_and_comes_late_to_measure_finds_nothing_left(tmp_path):
    lead, slow = (Claimed(tmp_path / "run", rank=rank, ranks=2) for rank in (0, 1))
    lead.publish(Planned(np.arange(6), 4))
    assert len(slow.await_plan(patient)) == 2
    for part in lead.take():
        lead.done(part, Tally(decoded=1))
    lead.close()
    assert list(slow.take()) == []
    slow.leave()
    assert not lead.folder.exists()


def test_one_process_where_two_were_asked_for_is_an_error_that_says_how_to_start_two():
    with pytest.raises(MmhubError, match=r"2 processes were asked for and 1 were started.*torch.distributed.run"):
        this_rank({"WORLD_SIZE": "1"}, expected=2)


def test_the_first_of_several_processes_leads():
    environment = {"WORLD_SIZE": "2", "RANK": "0", "MASTER_PORT": "29500"}
    assert this_rank(environment).leads
    assert not this_rank({**environment, "RANK": "1"}).leads
    assert this_rank(environment).run == f"{os.getppid()}-29500"


@pytest.mark.parametrize(
    "said", [{"RANK": "0", "WORLD_SIZE": "two"}, {"WORLD_SIZE": "2"}, {"RANK": "2", "WORLD_SIZE": "2"}]
)
def test_an_environment_that_does_not_say_which_process_this_is_is_an_error(said):
    with pytest.raises(MmhubError, match=r"one of several processes, and not which: .*`unset RANK WORLD_SIZE`"):
        this_rank(said)


def test_processes_on_several_machines_meet_by_the_address_of_the_first():
    one = {"WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2", "RANK": "3", "MASTER_ADDR": "node1", "MASTER_PORT": "29500"}
    assert this_rank(one) == Rank(3, 4, "node1-29500", 2)


FEW = """
from mmhub import Column, Recipe, Step

recipe = Recipe(name="few", fields={"text": Column(modality="text")}, steps=(Step("text/transformer"),))


def rows(options, folder):
    for number in range(8):
        yield {"row_id": f"t{number}", "text": f"text {number}"}
"""


def test_a_process_with_nothing_to_encode_does_not_hold_up_the_other(tmp_path, mmhub_command):
    pytest.importorskip("mmhub_text")
    (tmp_path / "few.py").write_text(FEW)
    asked = ["build", tmp_path / "few.py", "--store", tmp_path / "store", "--models", "embedded"]
    ended = mmhub_command(*asked, "--processes", 2, "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["rows"]["kept"] == 8
