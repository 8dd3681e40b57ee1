"""How much memory a worker may use, what becomes of a value that asks for more, and what a build gives back."""

import gc
import os

import pytest

from mmhub.blocks import Blocks
from mmhub.units import Units
from mmhub.workers.child import Child
from mmhub.workers.jobs import Limits
from mmhub.workers.memory import usual_memory_bytes

GIB = 1 << 30


def test_a_value_that_asks_for_more_than_is_usual_costs_its_row(unruly):
    unruly.limits = Limits(seconds=60)
    unruly.put(["fine", "decode gigabytes", "fine too", "measure gigabytes", "fine as well"])
    unruly.build(workers=2)
    assert unruly.fates() == ["", "out-of-memory", "", "out-of-memory", ""]


@pytest.mark.skipif("MMHUB_SLOW" not in os.environ, reason="fills eight gigabytes of memory")
def test_a_hoarder_runs_out_of_the_usual_memory(unruly):
    unruly.limits = Limits(seconds=300)
    unruly.put(["fine", "decode hoard", "fine too"])
    unruly.build()
    assert unruly.fates() == ["", "out-of-memory", ""]


@pytest.mark.parametrize(
    ("machine", "cores", "usual"),
    [(24, 2, 8), (256, 64, 3), (24, 16, 1.125), (4, 16, 1), (1024, 8, 8)],
)
def test_a_worker_for_each_core_does_not_fill_the_machine(machine, cores, usual):
    assert usual_memory_bytes(whole_bytes=machine * GIB, cores=cores) == usual * GIB


def test_what_a_build_held_is_free_at_its_end_without_a_collection(unruly):
    unruly.put(["fine"])
    unruly.build()  # what is imported the first time leaves frames to a collection, and whatever these hold
    unruly.put(["fine", "fine too"])
    gc.collect()
    gc.disable()
    try:
        unruly.build(workers=2)
        held = [type(each).__name__ for each in gc.get_objects() if type(each) in (Blocks, Child, Units)]
    finally:
        gc.enable()
    assert held == []
