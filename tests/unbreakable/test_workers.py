"""Workers that cannot start, or do not live, end the build with a sentence, and soon; load costs no row."""

import os
import re
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from mmhub import Step
from mmhub.errors import WorkerError
from mmhub.faults import Fault
from mmhub.workers import child, pool
from mmhub.workers.forkserver import ForkServer
from mmhub.workers.jobs import Answer, Job, Limits, Result, Setup, Value
from mmhub.workers.mark import At

PROGRAM = """
import sys
sys.path[:] = {path!r}
import os
from pathlib import Path
assert os.getpid() == 1
import mmhub_unruly
from mmhub import Column, From, Recipe, Step, plugins, run
from mmhub.request import Request
fields = {{"thing": Column(modality="thing"), "saying": Column(modality="saying")}}
recipe = Recipe(name="things", source=From(use="things"), fields=fields, steps=(Step("thing/facts"),))
request = Request(recipe, store={store!r}, data_dir={folder!r}, workers=1)
run.build(request, offers=plugins.collect({{"mmhub-unruly": mmhub_unruly}}))
"""


@pytest.fixture
def loaded():
    """A machine with four times as much to do as it has cores."""
    program = "import time\nend = time.time() + 60\nwhile time.time() < end: pass"
    busy = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(4 * (os.cpu_count() or 1))]
    yield
    for each in busy:
        each.kill()
        each.wait()


@pytest.fixture
def pools(monkeypatch):
    """The pools a build has made."""
    made = []
    monkeypatch.setattr(pool.Pool, "close", lambda self, close=pool.Pool.close: (made.append(self), close(self)))
    return made


def test_on_a_loaded_machine_a_poisoned_row_costs_itself_two_workers_and_no_other(unruly, loaded, pools):
    unruly.limits = Limits(seconds=2.0)
    things = [f"fine {number}" for number in range(60)]
    unruly.put([*things[:20], "decode hang", *things[20:40], "measure abort", *things[40:]])
    unruly.build(workers=2)
    lost = {row_id: row["reason"] for row_id, row in unruly.ledger().items() if row["fate"] != "kept"}
    assert lost == {"r020": "timeout", "r041": "crashed"}
    assert sum(each.restarts for each in pools) <= 4


def test_a_value_that_is_too_slow_for_one_step_or_another_costs_two_workers_and_no_other(monkeypatch):
    ended = []

    def attempt(self, jobs, results):
        for number, job in enumerate(jobs):
            if job.values and job.values[0].content == "slow":
                ended.append(len(ended))
                fault = Fault("timeout", "took more than 30 seconds")
                raise child.Stopped(fault, At(number, 0, 0.0, step=len(ended) % 3), answered=len(results))
            results.append(Result([Answer() for _ in job.values]))

    monkeypatch.setattr(pool.Pool, "_attempt", attempt)
    setup = Setup(bound=(SimpleNamespace(step="thing/facts"),) * 3, modalities={}, repairs={}, limits=Limits())
    jobs = [Job(row, [Value("thing", row, content, (0, 1, 2))]) for row, content in enumerate(["fine", "slow", "fine"])]
    made = pool.Pool(setup, workers=1)
    answers = [result.answers[0] for result in made.submit(jobs).result()]
    made.close()
    assert [answer.fault and answer.fault.reason for answer in answers] == [None, "timeout", None]
    assert len(ended) == 2


def test_a_worker_that_cannot_import_a_plugin_ends_the_build(unruly, monkeypatch):
    monkeypatch.setenv("MMHUB_UNRULY_WORKER", "1")
    unruly.put([f"fine {number}" for number in range(200)])
    start = time.monotonic()
    with pytest.raises(WorkerError, match=r"did not start: .*: ImportError: not in a worker"):
        unruly.build(workers=2)
    assert time.monotonic() - start < 30


def test_a_worker_that_is_never_ready_ends_the_build(unruly, monkeypatch):
    monkeypatch.setenv("MMHUB_UNRULY_WORKER", "2")
    monkeypatch.setattr(ForkServer, "start_seconds", 1.0)
    unruly.put(["fine"])
    with pytest.raises(WorkerError, match="was not ready within 1 s"):
        unruly.build()


def test_what_is_killed_again_and_again_before_it_is_ready_ends_the_build(unruly, monkeypatch):
    """As the system does where memory is short: what is killed once or twice is started anew."""
    monkeypatch.setenv("MMHUB_UNRULY_WORKER", "4")
    unruly.put(["fine"])
    with pytest.raises(WorkerError, match="a worker process did not start: ended with signal SIGKILL"):
        unruly.build()


def test_workers_that_are_killed_again_and_again_before_they_are_ready_end_the_build(unruly, monkeypatch):
    monkeypatch.setattr(child.Child, "start", lambda worker, setup: worker.kill())
    unruly.put(["fine"])
    with pytest.raises(WorkerError, match="worker processes are killed before they do anything"):
        unruly.build()


def test_a_plugin_that_starts_a_thread_when_it_is_imported_has_workers_too(unruly, monkeypatch):
    """A fork has none of the threads of what it was forked from: what they hold would never be given back."""
    monkeypatch.setenv("MMHUB_UNRULY_WORKER", "3")
    unruly.put(["fine", "decode lock"])
    unruly.build()
    assert unruly.fates() == ["", ""]


def test_what_ends_the_process_that_workers_are_forked_from_costs_its_row_and_no_other(unruly):
    unruly.put([*(f"fine {number}" for number in range(9)), "decode orphan", *(f"fine {n}" for n in range(9, 20))])
    unruly.build(workers=2)
    assert unruly.fates() == [*[""] * 9, "crashed", *[""] * 11]


def test_a_decoder_that_crashes_on_everything_ends_the_build(unruly, monkeypatch):
    monkeypatch.setattr(pool, "_ALL_LOST", 3)
    unruly.put(f"decode abort {number}" for number in range(40))
    with pytest.raises(WorkerError, match=r"the first 3 values each ended two worker processes.*SIGABRT"):
        unruly.build()


def test_a_worker_program_that_is_not_there_ends_the_build(unruly, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    unruly.put(["fine"])
    with pytest.raises(WorkerError, match="cannot be started: No such file or directory"):
        unruly.build()


def test_a_build_that_is_process_1_has_workers_too(unruly):
    """As in a container, where the parent of workers is process 1."""
    unruly.put(["fine"])
    unshare = ["unshare", "--pid", "--fork", "--mount-proc"]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no rights to make a process 1")
    program = PROGRAM.format(path=sys.path, folder=str(unruly.folder), store=str(unruly.store))
    subprocess.run([*unshare, sys.executable, "-c", program], check=True, timeout=60)
    assert [row["fate"] for row in unruly.ledger().values()] == ["kept"]


def test_workers_end_with_a_build_that_is_closed(unruly):
    """Those that were forked are no children of the build: but for their end, they would be left to process 1."""
    unruly.put(["fine", "decode abort", "fine"])
    unruly.build(Step("thing/facts"), workers=2)
    # The last that all of them are told is the process of the build.
    ours = re.compile(rf"mmhub\.workers\..* {os.getpid()}$")
    listed = subprocess.run(["ps", "-e", "-o", "ppid=,stat=,args="], capture_output=True, text=True).stdout.splitlines()
    assert [line for line in listed if ours.search(line)] == []
    assert [line for line in listed if re.match(rf"\s*{os.getpid()} Z", line)] == []
