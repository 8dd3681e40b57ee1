"""A build that is killed at random moments, parent or worker, and run again, makes the same dataset."""

import sys

import pytest

from mmhub import __file__ as home

BENCHMARKS = f"{home.rpartition('/mmhub/')[0]}/benchmarks"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who started whom, and ends workers with a build")
def test_a_build_killed_six_times_makes_the_same_dataset_and_repeats_what_was_in_flight(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import kills

    trial = kills.Trial(tmp_path, seed=3)
    identity, seconds = trial.undisturbed()
    done = trial.round(kills=6, seconds=seconds)
    assert done.identity == identity
    assert done.kept == kills.ROWS
    assert done.repeated <= done.allowed
    assert done.orphans == 0
    assert done.leftovers == 0
