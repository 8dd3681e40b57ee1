"""A value at which an encoder ends the whole build costs its own row, one build later, and nothing that was done."""

import faulthandler
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import mmhub_unruly
import numpy as np
import pytest

from mmhub import Step
from mmhub.collecting import garbage
from mmhub.encoding.batches import Batches
from mmhub.encoding.guard import Guard, Unguarded, struck
from mmhub.encoding.lasting import Lasting
from mmhub.encoding.marks import Left, Mark, left_behind
from mmhub.engines.devices import device
from mmhub.measuring import measure
from mmhub.store import Store

ENCODED = Step("thing/constant")
ONE, TWO, THREE = (bytes([number]) * 32 for number in (1, 2, 3))


@pytest.fixture(autouse=True, scope="module")
def imported():
    """What builds import, imported once for all processes that are forked from this one."""
    import datasets  # noqa: F401

    device()


@pytest.fixture(autouse=True)
def light(monkeypatch):
    """Spare processes of their own the import of torch, which this model does not need."""
    monkeypatch.setattr(measure, "_model", mmhub_unruly.constant)


def in_a_process(act):
    """Return how a process ends that does something."""
    child = os.fork()
    if not child:
        faulthandler.disable()
        try:
            act()
        finally:
            os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def endings(unruly, count):
    """Return how as many builds in a row end, each in a process of its own."""
    return [in_a_process(lambda: unruly.build(ENCODED)) for _ in range(count)]


def marks(unruly):
    return sorted(unruly.store.glob("facts/*/*.mark"))


def left(*passing, preparing=(), alone=False):
    return Left(Path(), frozenset(passing), frozenset(preparing), alone)


def test_values_at_which_a_build_ends_are_quarantined_by_the_next_and_can_be_retried(unruly, caplog, monkeypatch):
    unruly.put(["fine 0", "forward vanish", "forward vanish too", "fine 3", "fine 4", "fine 5"])
    assert endings(unruly, 1) == [0]
    unruly.build(ENCODED)
    assert unruly.fates() == ["", "crashed", "crashed", "", "", ""]
    said = "thing/constant: it stopped a process in which it was tried alone, twice: the worker process ended with "
    assert unruly.ledger()["r002"]["message"] == said + "exit status 0"
    assert "an earlier build ended while thing/constant was at" in caplog.text
    assert marks(unruly) == []
    monkeypatch.setitem(mmhub_unruly.MISDEEDS, "vanish", lambda: 1.0)
    assert unruly.retry(ENCODED, where="reason=crashed").recovered == 2


def test_a_build_that_is_killed_twice_at_an_innocent_value_makes_the_same_dataset(unruly, monkeypatch):
    unruly.put(["fine 0", "fine 1", "forward doomed", "fine 3"])
    monkeypatch.setenv("MMHUB_UNRULY", "1")
    assert endings(unruly, 2) == [-signal.SIGKILL] * 2
    monkeypatch.delenv("MMHUB_UNRULY")
    assert garbage(Store.at(unruly.store), facts=False).paths["leftovers"] == marks(unruly)
    healed = unruly.build(ENCODED)
    assert marks(unruly) == []
    unruly.store = unruly.store.with_name("undisturbed")
    assert healed.identity == unruly.build(ENCODED).identity
    assert healed.rows["kept"] == 4


def test_a_build_that_is_interrupted_leaves_no_mark(unruly, monkeypatch):
    def strike():
        assert len(marks(unruly)) == 1
        raise KeyboardInterrupt

    monkeypatch.setitem(mmhub_unruly.MISDEEDS, "strike", strike)
    unruly.put(["fine 0", "forward strike"])
    with pytest.raises(KeyboardInterrupt):
        unruly.build(ENCODED)
    assert marks(unruly) == []


class Product:
    """A vector is a row of a product of matrices, whose last bits depend on how many rows there are."""

    dim, batch_size = 64, 8

    def prepare(self, view, modality):
        return {"row": np.random.default_rng(view).normal(size=512).astype(np.float32)}

    def bucket(self, inputs, modality):
        return 0

    def forward(self, batch, bucket, modality):
        import torch

        weights = torch.linspace(-1, 1, 512 * 64).reshape(512, 64).sin()
        return (torch.from_numpy(np.stack([inputs["row"] for inputs in batch])) @ weights).numpy()


class Suspicious(Unguarded):
    def suspects(self, key):
        return key in (ONE, TWO)


def test_a_value_tried_alone_has_the_vector_that_it_has_among_others():
    def vectors(guard):
        bound = SimpleNamespace(step="number/product", modality="number")
        with ThreadPoolExecutor(2) as threads:
            batches = Batches(bound, Product(), threads, guard=guard)
            for number in range(11):
                batches.add(number, number, key=bytes([number]) * 32)
            return dict([*batches.full(), *batches.rest()])

    usual, suspected = vectors(Unguarded()), vectors(Suspicious())
    assert list(suspected)[-2:] == [1, 2]
    assert all(np.array_equal(usual[number], suspected[number]) for number in range(11))


def test_ctrl_c_while_a_value_is_prepared_alone_is_no_fault_of_that_value():
    class Struck(Product):
        def prepare(self, view, modality):
            raise KeyboardInterrupt

    bound = SimpleNamespace(step="number/product", modality="number")
    with ThreadPoolExecutor(1) as threads:
        batches = Batches(bound, Struck(), threads, guard=Suspicious())
        batches.add(1, 1, key=ONE)
        with pytest.raises(KeyboardInterrupt):
            list(batches.rest())


def test_a_mark_tells_what_its_process_was_at_once_that_is_no_more(tmp_path):
    def vanish():
        mark = Mark(tmp_path, 4)
        with mark.preparing(ONE), mark.passing([THREE]):
            pass
        with mark.preparing(TWO), mark.passing([ONE, THREE]):
            os._exit(0)

    assert in_a_process(vanish) == 0
    (found,) = left_behind(tmp_path)
    assert (found.passing, found.preparing, found.alone) == ({ONE, THREE}, {TWO}, False)


def test_the_mark_of_a_process_that_lives_is_left_alone(tmp_path):
    mark = Mark(tmp_path, 4)
    with mark.passing([ONE]):
        assert left_behind(tmp_path) == []
    assert mark.path.exists()
    mark.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("written", [b"", bytes(16 + 12 * 32)])
def test_the_mark_of_a_process_that_ended_elsewhere_is_removed(tmp_path, written):
    (tmp_path / "f.mark").write_bytes(written)
    assert left_behind(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("ends", "strikes"),
    [
        ([left(ONE, TWO, preparing=[THREE])], {ONE: 0, TWO: 0, THREE: 0}),
        ([left(ONE, TWO), left(TWO, alone=True)], {TWO: 1}),
        ([left(ONE, TWO), left(TWO, alone=True), left(TWO, alone=True)], {TWO: 2}),
        ([left(ONE, TWO), left(TWO, alone=True), left(ONE, THREE)], {ONE: 0, TWO: 1, THREE: 0}),
        ([left(ONE, alone=True, preparing=[TWO])], {ONE: 1, TWO: 0}),
    ],
    ids=["together", "one alone explains the others", "twice", "others end again", "one beside it"],
)
def test_values_are_suspected_as_long_as_no_other_explains_an_end(ends, strikes):
    assert struck(ends) == strikes


def test_a_value_is_given_up_once_builds_ended_at_it_alone_twice(tmp_path):
    def vanish():
        with Mark(tmp_path, 4).passing([ONE], alone=True):
            os._exit(0)

    given_up = []
    for _ in range(2):
        in_a_process(vanish)
        guard = Guard("thing/constant", tmp_path, 4)
        given_up.append(guard.given_up(ONE))
        guard.close()
    assert [fault.reason if fault else None for fault in given_up] == [None, "crashed"]


def test_a_pass_that_lasts_is_said_again_and_again_but_less_often(caplog):
    lasting = Lasting("thing/constant", seconds=0.02)
    with lasting.at(4):
        while len(caplog.records) < 2:
            assert lasting._thread.is_alive()
    lasting.close()
    assert "thing/constant has been at 4 values for 0 s. Should it never end, kill the build" in caplog.text
