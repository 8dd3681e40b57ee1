"""Values that may end their process are encoded in one that is watched, and only what that proves is believed."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import SimpleNamespace

import mmhub_unruly
import numpy as np

from mmhub.encoding import watched as module
from mmhub.encoding.batches import Batches
from mmhub.encoding.watched import Watched
from mmhub.faults import Fault

BOUND = SimpleNamespace(step="thing/constant", modality="thing")


def found(*views):
    """Return what becomes of views, in short."""
    with closing(Watched(BOUND, mmhub_unruly.constant, batch_size=4)) as watched:
        return [_short(each) for each in watched.vectors([pickle.dumps(view) for view in views])]


def _short(each):
    if isinstance(each, np.ndarray):
        return each.tolist()
    return each.reason if isinstance(each, Fault) else None


FINE = [1.0, 0.0]


def test_a_vector_is_the_one_that_the_build_itself_would_have_made():
    views = [pickle.dumps(f"fine {number}") for number in range(11)]
    with closing(Watched(BOUND, mmhub_unruly.product, batch_size=8)) as watched, ThreadPoolExecutor(1) as threads:
        batches = Batches(BOUND, mmhub_unruly.Product(), threads, unpack=pickle.loads)
        for place, view in enumerate(views):
            batches.add(place, view)
        here = dict([*batches.full(), *batches.rest()])
        assert all(np.array_equal(here[place], each) for place, each in enumerate(watched.vectors(views)))


def test_values_that_end_the_process_cost_themselves_alone():
    assert found("fine 0", "prepare vanish", "fine 2", "forward segfault", "fine 4") == [
        FINE,
        "crashed",
        FINE,
        "crashed",
        FINE,
    ]


def test_a_process_that_has_encoded_nothing_proves_nothing():
    assert found("forward abort") == [None]


def test_a_process_that_something_else_may_have_ended_tells_nothing_of_what_is_left():
    assert found(*["fine"] * 4, "forward killed", "fine 5") == [*[FINE] * 4, None, None]


def test_a_process_that_does_not_start_tells_nothing(monkeypatch, caplog):
    monkeypatch.setenv("MMHUB_UNRULY_MODEL", "1")
    assert found("fine 0") == [None]
    assert "values of thing/constant are tried in the build itself: a worker process did not start" in caplog.text
    assert "OverflowError: not today" in caplog.text


def test_what_a_value_raises_is_left_to_the_build():
    assert found("forward raise", "fine 1") == [None, FINE]


def test_a_value_that_hangs_is_given_up_unless_all_may_be_slow(monkeypatch):
    monkeypatch.setattr(module, "_SECONDS", 0.3)
    assert found("fine 0", "forward hang", "fine 2") == [FINE, "timeout", FINE]
    assert found("forward hang", "fine 1") == [None, None]
