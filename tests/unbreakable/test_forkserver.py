"""The process that workers are forked from holds nothing back that belongs to others, and leaves nothing behind."""

import pickle
from contextlib import closing
from pathlib import Path

import mmhub_unruly
import pytest

from mmhub.workers.child import Child
from mmhub.workers.ending import how
from mmhub.workers.forkserver import ForkServer
from mmhub.workers.jobs import Limits, Setup


def sockets(process):
    return sum(str(each.readlink()).startswith("socket:") for each in Path(f"/proc/{process}/fd").iterdir())


@pytest.mark.parametrize("threaded", [False, True])
def test_a_worker_has_no_socket_but_its_own(monkeypatch, threaded):
    """What else holds the socket of the process it was forked from hides the end of that."""
    if threaded:
        monkeypatch.setenv("MMHUB_UNRULY_WORKER", "3")
    setup = pickle.dumps(Setup(bound=(), modalities={}, repairs={}, limits=Limits()))
    with closing(ForkServer()) as server:
        server.imports(pickle.dumps(mmhub_unruly.hold_lock))
        with closing(Child(server, unwanted=lambda: False)) as worker:
            assert worker.start(setup)
            assert sockets(worker._pid) == 1


def test_what_a_crashed_worker_leaves_running_does_not_hide_that_it_crashed(unruly):
    unruly.put(["fine", "decode linger", "fine"])
    unruly.build()
    assert unruly.fates() == ["", "crashed", ""]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (3, "ended with exit status 3"),
        (-11, "ended with signal SIGSEGV"),
        (-40, "ended with signal 40"),
        (None, "closed its pipe"),
    ],
)
def test_every_end_of_a_process_has_words(code, said):
    assert how(code) == said
