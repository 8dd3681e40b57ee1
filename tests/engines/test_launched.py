"""A process that mmhub has started as one of several ends with the one that started it."""

import os
import subprocess
import sys

from mmhub.engines.ranks import LAUNCHER

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
