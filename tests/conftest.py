import os
import signal
import sys
from pathlib import Path

import pytest

from mmhub.workers import forkserver

# Fake plugins are modules on the path: worker processes import them as they do real ones.
sys.path.insert(0, str(Path(__file__).parent / "fakes"))

from bench import Bench
from hypothesis import settings
from warm import Warm

# Examples are few, and none has a deadline: a busy machine shall not fail a law.
settings.register_profile("mmhub", max_examples=40, deadline=None)
settings.load_profile("mmhub")


def pytest_configure(config):
    """Compile the libraries once for all processes that tests start, and let them hear Ctrl-C if this one does not."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.pluginmanager.hasplugin("cacheprovider"):
        os.environ["PYTHONPYCACHEPREFIX"] = str(config.cache.mkdir("bytecode"))
        os.environ["PYTHONDONTWRITEBYTECODE"] = ""


@pytest.fixture(scope="session")
def warm():
    """What the processes that workers are forked from are themselves forked from."""
    made = Warm()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def warm_forks(warm, monkeypatch):
    """Spare each build the start of an interpreter; tests of processes, and of what may differ by them, do not."""
    monkeypatch.setattr(forkserver, "subprocess", warm)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A folder to put notes in, and builds of them with the fake plugin alone."""
    monkeypatch.setenv("MMHUB_FAKES_LOG", str(tmp_path / "told"))
    (tmp_path / "notes").mkdir()
    return Bench(folder=tmp_path / "notes", store=tmp_path / "store", log=tmp_path / "told")


@pytest.fixture
def paced(monkeypatch):
    """A function that changes how the measuring pass is cut: sizes, or limits of a value."""
    from functools import partial

    from mmhub.engines import local
    from mmhub.measuring.pace import Pace

    return lambda **pace: monkeypatch.setattr(local, "Pace", partial(Pace, **pace))
