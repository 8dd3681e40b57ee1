import json
import signal
import sys
import threading
from pathlib import Path

import pytest

import mmhub
from mmhub import run
from mmhub.cli import main
from mmhub.engines import dask, dask_clusters
from mmhub.errors import MmhubError
from mmhub.request import Request

pytest.importorskip("distributed")

TEXTS = """
from mmhub import Column, Recipe, Step

recipe = Recipe(name="texts", fields={"text": Column(modality="text")}, steps=(Step("text/length"),))


def rows(options, folder):
    for number in range(20):
        yield {"row_id": f"t{number}", "text": f"text {number}"}
"""


def test_a_cluster_one_of_whose_workers_dies_builds_what_one_process_builds(script, tmp_path, mmhub_command):
    alone = mmhub.build(str(script), store=tmp_path / "alone")
    (tmp_path / "kill").write_text("worker")
    ended = mmhub_command("build", script, "--store", tmp_path / "shared", "--engine", "dask", "--json")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "died").exists()
    assert json.loads(ended.stdout)["identity"] == alone.identity


def test_a_scheduler_that_does_not_answer_is_named(script, tmp_path, monkeypatch, capsys):
    address = "tcp://127.0.0.1:1"
    asked = ["mmhub", "build", script, "--store", tmp_path, "--engine", "dask", "--scheduler", address]
    monkeypatch.setattr(dask_clusters, "_ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(sys, "argv", [str(word) for word in asked])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert f"no Dask scheduler answers at '{address}'" in " ".join(capsys.readouterr().err.split())


def test_two_ways_to_share_the_work_are_one_too_many(script, tmp_path, mmhub_command):
    ended = mmhub_command("build", script, "--store", tmp_path, "--engine", "dask", "--processes", 2)
    assert ended.returncode == 1
    assert "choose one" in ended.stderr


@pytest.fixture
def texts(tmp_path):
    """A request for a few texts."""
    (tmp_path / "texts.py").write_text(TEXTS)
    return Request(str(tmp_path / "texts.py"), store=tmp_path / "store", workers=1)


@pytest.fixture
def cluster(monkeypatch):
    """A scheduler without workers, in this process."""
    monkeypatch.setattr(dask, "_IDLE_SECONDS", 0.2)
    from dask.config import set as configured
    from distributed import LocalCluster

    ports = {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}
    ways = {"threads_per_worker": 1, "processes": False, "protocol": "tcp", "host": "127.0.0.1", **ports}
    with configured({"distributed.comm.timeouts.connect": "1s"}), LocalCluster(n_workers=0, **ways) as made:
        yield made


def test_a_scheduler_without_workers_is_told_of_and_the_build_waits(texts, cluster, caplog):
    coming = threading.Timer(0.8, cluster.scale, [1])

    def measured(*what):
        coming.start()
        return dask.Cluster(cluster.scheduler_address)(*what)

    report = run.build(texts, engine=measured)
    coming.join()
    assert report.rows["kept"] == 20
    (said,) = (each.getMessage() for each in caplog.records if each.name.startswith("mmhub"))
    assert said.startswith("the Dask scheduler has no worker: the build waits for one (`dask worker tcp://127.0.0.1:")


def test_a_worker_that_cannot_take_part_is_named(texts, cluster):
    cluster.scale(1)
    place = Path(texts.recipe)

    def measured(*what):
        place.write_text(place.read_text().replace("range(20)", "range(21)"))
        return dask.Cluster(cluster.scheduler_address)(*what)

    with pytest.raises(
        MmhubError, match=r"^the Dask worker at tcp://\S+ cannot take part in the build: it reads other"
    ):
        run.build(texts, engine=measured)


def test_a_scheduler_that_ends_is_an_error_that_says_what_is_kept(texts, cluster):
    with dask_clusters.connected(cluster.scheduler_address) as client:
        future = client.submit(max, 1, 2)
        cluster.close()
        with pytest.raises(MmhubError, match=r"the Dask scheduler has ended, .*what is measured is kept"):
            dask._result(future)


def test_workers_of_this_machine_leave_ctrl_c_to_the_build():
    masks = []
    with dask_clusters._deaf():
        begun = threading.Thread(target=lambda: masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, ())))
        begun.start()
        begun.join()
        with dask_clusters._hearing():
            assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert signal.SIGINT in masks[0]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
