"""A process that was started as one of several, and the one that has started it, which says how they ended."""

import logging
import os
import subprocess
import sys

import pytest

from mmhub.cli import engines
from mmhub.engines import launch
from mmhub.engines.error_file import tell_launcher
from mmhub.engines.ranks import LAUNCHER, launcher_of_this
from mmhub.errors import MmhubError

PROGRAM = """
from mmhub.cli.engines import chosen
chosen(None, processes=None, engine=None, scheduler=None)
print("goes on")
"""


def said(launcher):
    """Return what a process prints that comes to measure, as one that ``launcher`` has started."""
    started = [sys.executable, "-c", PROGRAM]
    return subprocess.check_output(started, env={**os.environ, LAUNCHER: str(launcher)}, text=True)


def test_a_process_goes_on_while_its_launcher_does():
    assert said(os.getpid()) == "goes on\n"


def test_a_process_that_comes_to_measure_when_its_launcher_is_gone_measures_nothing():
    """Importing takes it a second, in which the launcher may be killed."""
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    assert said(gone.pid) == ""


def test_a_process_of_torchrun_ends_with_it_too():
    assert launcher_of_this({"TORCHELASTIC_RUN_ID": "none"}) == os.getppid()
    assert launcher_of_this({}) is None


@pytest.fixture
def failure():
    """A function that returns how a process ended, as torch tells it."""
    errors = pytest.importorskip("torch.distributed.elastic.multiprocessing.errors")
    return lambda status, file="": errors.ProcessFailure(local_rank=1, pid=77, exitcode=status, error_file=file)


def test_what_becomes_of_others_when_the_first_process_has_come_to_its_end_is_a_note(failure, caplog):
    with caplog.at_level(logging.WARNING):
        assert launch._status({1: failure(-9)}) == 0
    said = "note: rank 1 of the build (process 77) was ended by SIGKILL: what it had left was done by others"
    assert caplog.messages == [said]


def test_a_process_that_dies_before_the_first_one_has_come_to_its_end_is_an_error(failure):
    with pytest.raises(MmhubError, match=r"rank 1 of the build .* was ended by SIGKILL, as the system does"):
        launch._status({0: failure(143), 1: failure(-9)})
    assert launch._status({0: failure(143), 1: failure(1)}) == 1


def test_a_process_that_ends_without_a_word_is_an_error(failure):
    with pytest.raises(MmhubError, match=r"rank 1 of the build .* ended with status 3: what is measured is kept"):
        launch._status({0: failure(143), 1: failure(3)})


def test_why_a_process_ends_stands_on_the_page_of_torchrun(failure, tmp_path):
    file = tmp_path / "error.json"
    tell_launcher("no texts are there", {"TORCHELASTIC_ERROR_FILE": str(file)})
    errors = pytest.importorskip("torch.distributed.elastic.multiprocessing.errors")
    assert "traceback : no texts are there" in str(errors.ChildFailedError("mmhub", {1: failure(1, str(file))}))


def test_a_process_that_no_launcher_has_started_writes_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tell_launcher("no texts are there", {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("environment", "says"), [({}, True), ({"RANK": "1"}, False), ({LAUNCHER: "7"}, False)])
def test_one_process_says_that_a_build_was_interrupted(environment, says, monkeypatch):
    for name in ("RANK", LAUNCHER):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert engines.has_last_word() is says
