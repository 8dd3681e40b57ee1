import signal
import sys

import pytest

from mmhub.cli.interrupting import Terminated, ending, exit_status, heard
from mmhub.showing import glance

STRUCK = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\ndone = True\n"


@pytest.fixture
def strike(tmp_path, monkeypatch):
    """Import a module in whose midst Ctrl-C strikes."""
    (tmp_path / "struck.py").write_text(STRUCK)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "struck", raising=False)

    def imported():
        import struck

        return struck.done

    return imported


def test_ctrl_c_amid_an_import_is_heard_at_the_next_progress(strike):
    told = []
    with heard(told.append) as listener:
        listener("before")
        assert strike()
        with pytest.raises(KeyboardInterrupt):
            listener("after")
    assert told == ["before"]


def test_ctrl_c_elsewhere_is_heard_at_once():
    with heard(print), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_sigterm_is_heard_as_ctrl_c_is_and_has_its_own_status():
    with heard(print), pytest.raises(Terminated) as struck:
        signal.raise_signal(signal.SIGTERM)
    assert exit_status(struck.value) == 143
    assert exit_status(KeyboardInterrupt()) == 130


def test_ctrl_c_is_what_it_was_afterwards():
    before = signal.getsignal(signal.SIGINT)
    with heard(print):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_server_is_told_to_end_and_whatever_runs_is_left_alone(number):
    told = []
    before = signal.getsignal(number)
    with ending(lambda: told.append("end")):
        signal.raise_signal(number)
    assert told == ["end"]
    assert signal.getsignal(number) is before


def test_ctrl_c_ends_a_command_that_keeps_nothing_with_130_and_says_nothing(mmhub, monkeypatch):
    def struck(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(glance, "glance", struck)
    ended = mmhub("show", "notes")
    assert (ended.status, ended.out, ended.err) == (130, "", "")
