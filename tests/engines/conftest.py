import subprocess
import sys
from textwrap import dedent

import pytest

SCRIPT = '''
"""Texts, over which a process that is told so dies, once."""

import os
import signal
import sys
import time
from pathlib import Path

from mmhub import Column, Recipe, Step

HERE = Path(__file__).parent
DOOMED = (HERE / "kill").read_text() if (HERE / "kill").exists() else ""
RANK = os.environ.get("RANK")
recipe = Recipe(
    name="texts",
    fields={"text": Column(modality="text")},
    steps=(Step("text/unicode"), Step("text/whitespace"), Step("text/length")),
)


def rows(options, folder):
    if DOOMED == "worker" and "distributed.worker" in sys.modules:
        die()
    for number in range(1600):
        yield {"row_id": f"t{number:04d}", "text": f"  text {number} " if number % 7 else ""}
    while DOOMED == "rank 1" and RANK == "0":
        time.sleep(0.1)  # Until this process is ended because the other one was.


def die():
    if not (HERE / "died").exists():
        (HERE / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)


if DOOMED == f"rank {RANK}":
    die()
'''


@pytest.fixture
def script(tmp_path):
    """A recipe over 1,600 texts: four work units."""
    place = tmp_path / "texts.py"
    place.write_text(dedent(SCRIPT))
    return place


@pytest.fixture
def mmhub_command():
    """A function that runs the command line and returns what became of it."""
    return lambda *words: subprocess.run(
        [sys.executable, "-m", "mmhub", *map(str, words)], capture_output=True, text=True, timeout=180, check=False
    )


@pytest.fixture(autouse=True)
def warm_forks():
    """Start every process as builds do."""
