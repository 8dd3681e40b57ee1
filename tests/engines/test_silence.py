"""A process that holds a work unit and does not go on is named, and its work is done by others."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import mmhub
from mmhub.engines.claimed import Claimed
from mmhub.engines.planned import Planned
from mmhub.measuring.pace import Tally

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from mmhub.cli import main
from mmhub.engines import processes
from mmhub.engines.claimed import Claimed
from mmhub.engines.planned import Planned

stopped, take = Path(sys.argv.pop(1)), Claimed.take
processes._SILENT_SECONDS = 1.0

def stop(share):
    for part in take(share):
        stopped.touch()
        os.kill(os.getpid(), signal.SIGSTOP)
        yield part

def wait(share):
    while not stopped.exists():
        time.sleep(0.02)
    yield from take(share)

Claimed.take = stop if os.environ["RANK"] == "1" else wait
main()
"""


@pytest.fixture
def ranks(script, tmp_path):
    """Two processes that share a build, the second of which stops as soon as it holds a claim."""
    words = [tmp_path / "stopped", "build", script, "--store", tmp_path / "shared", "--timeout", "0.2", "--json"]
    shared = {**os.environ, "WORLD_SIZE": "2", "MMHUB_RUN": "r"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *map(str, words)],
            env={**shared, "RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in (0, 1)
    ]
    yield started
    for each in started:
        each.kill()
        each.communicate()


def test_what_a_stopped_process_holds_is_taken_over_and_the_process_is_named(script, tmp_path, ranks):
    alone = mmhub.build(str(script), store=tmp_path / "alone")
    out, err = ranks[0].communicate(timeout=60)
    assert ranks[0].returncode == 0, err
    assert f"rank 1 (process {ranks[1].pid} on " in err
    assert "has shown no sign of life for 1 s: what it had claimed is done by others" in " ".join(err.split())
    assert json.loads(out)["identity"] == alone.identity
    assert ranks[1].wait(10) == -signal.SIGKILL


@pytest.fixture
def pair(tmp_path):
    """Two processes' shares of six units; the first has claimed the first two."""
    one, other = Claimed(tmp_path / "run", rank=1), Claimed(tmp_path / "run")
    one.publish(Planned(np.arange(6), 2))
    next(one.take())
    yield one, other
    one.release()
    other.release()


def test_a_process_that_gives_signs_of_life_keeps_its_claims(pair):
    slow, other = pair
    for _ in range(4):
        slow._signed = 0.0
        slow.heard()
        assert other.take_over(seconds=0.2) == []
        time.sleep(0.1)
    assert other.open_claims() == 3


def test_a_claim_without_a_sign_of_life_is_broken_once(pair):
    _, other = pair
    assert other.take_over(seconds=0.1) == []
    time.sleep(0.15)
    assert [holder.rank for holder in other.take_over(seconds=0.1)] == [1]
    assert other.take_over(seconds=0.1) == []
    assert [part.tolist() for part in other.take()] == [[0, 1], [2, 3], [4, 5]]


def test_a_process_that_goes_on_after_all_does_no_harm(pair):
    silent, other = pair
    other.take_over(seconds=0.0)
    for part in other.take():
        other.done(part, Tally(decoded=2))
    other.close()
    silent.done(np.arange(2), Tally(decoded=2))
    assert list(silent._watch._seen) == []
    assert not silent.folder.exists()
