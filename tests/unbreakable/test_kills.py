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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who started whom")
@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_a_shared_build_any_process_of_which_is_killed_makes_the_same_dataset(tmp_path, monkeypatch, engine):
    pytest.importorskip("distributed" if engine == "dask" else "torch")
    monkeypatch.syspath_prepend(BENCHMARKS)
    import kills_shared

    trial = kills_shared.Trial(tmp_path, seed=3, engine=engine)
    identity = trial.alone()
    done = trial.round(kills=2, seconds=7.0)
    assert done.identity == identity
    assert done.kept == kills_shared.ROWS
    assert done.leftovers == 0
