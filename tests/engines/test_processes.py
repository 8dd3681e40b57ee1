import json
import os

import numpy as np
import pytest

import mmhub
from mmhub.engines.ranks import this_rank
from mmhub.engines.shares import Claimed
from mmhub.errors import MmhubError


def test_two_processes_build_what_one_builds(script, tmp_path, mmhub_command):
    alone = mmhub.build(str(script), store=tmp_path / "alone")
    ended = mmhub_command("build", script, "--store", tmp_path / "shared", "--processes", 2, "--json")
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)
    assert report["identity"] == alone.identity
    assert report["rows"] == alone.rows


def test_a_killed_process_ends_the_build_with_a_sentence_and_the_next_one_goes_on(script, tmp_path, mmhub_command):
    alone = mmhub.build(str(script), store=tmp_path / "alone")
    (tmp_path / "kill").write_text("rank 1")
    ended = mmhub_command("build", script, "--store", tmp_path / "shared", "--processes", 2)
    assert ended.returncode == 1
    assert "a process of the build ended early" in ended.stderr
    assert "the same command goes on from there" in " ".join(ended.stderr.split())
    assert mmhub.build(str(script), store=tmp_path / "shared").identity == alone.identity


def test_a_work_unit_whose_process_died_is_taken_over(tmp_path):
    dead, alive = Claimed(tmp_path / "run", size=2), Claimed(tmp_path / "run", size=2)
    dead.publish(np.arange(6))
    assert next(dead.take()).tolist() == [0, 1]
    assert [part.tolist() for part in alive.take()] == [[2, 3], [4, 5]]
    assert alive.open_claims() == 1
    dead.release()
    assert [part.tolist() for part in alive.take()] == [[0, 1]]
    alive.release()


def test_what_is_done_is_not_claimed_again(tmp_path):
    one, other = Claimed(tmp_path / "run", size=4), Claimed(tmp_path / "run", size=4)
    one.publish(np.arange(6))
    for part in one.take():
        one.done(part, decoded=len(part), encoded=0)
    assert list(other.take()) == []
    assert other.open_claims() == 0
    assert other.totals() == {"decoded": 6, "encoded": 0}


def test_one_process_where_two_were_asked_for_is_an_error_that_says_how_to_start_two():
    with pytest.raises(MmhubError, match=r"2 processes were asked for and 1 were started.*torch.distributed.run"):
        this_rank({"WORLD_SIZE": "1"}, expected=2)


def test_the_first_of_several_processes_leads():
    environment = {"WORLD_SIZE": "2", "RANK": "0", "MASTER_PORT": "29500"}
    assert this_rank(environment).leads
    assert not this_rank({**environment, "RANK": "1"}).leads
    assert this_rank(environment).run == f"{os.getppid()}-29500"
