import json

import pytest

import mmhub

pytest.importorskip("distributed")


def test_a_cluster_one_of_whose_workers_dies_builds_what_one_process_builds(script, tmp_path, mmhub_command):
    alone = mmhub.build(str(script), store=tmp_path / "alone")
    (tmp_path / "kill").write_text("worker")
    ended = mmhub_command("build", script, "--store", tmp_path / "shared", "--engine", "dask", "--json")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "died").exists()
    assert json.loads(ended.stdout)["identity"] == alone.identity


def test_a_scheduler_that_does_not_answer_is_named(script, tmp_path, mmhub_command):
    address = "tcp://127.0.0.1:1"
    ended = mmhub_command("build", script, "--store", tmp_path, "--engine", "dask", "--scheduler", address)
    assert ended.returncode == 1
    assert f"no Dask scheduler answers at '{address}'" in " ".join(ended.stderr.split())


def test_two_ways_to_share_the_work_are_one_too_many(script, tmp_path, mmhub_command):
    ended = mmhub_command("build", script, "--store", tmp_path, "--engine", "dask", "--processes", 2)
    assert ended.returncode == 1
    assert "choose one" in ended.stderr
