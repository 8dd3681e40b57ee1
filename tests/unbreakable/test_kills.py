"""A build that is killed at random moments, parent or worker, and run again, makes the same dataset."""

import random
import sys

import pytest

import kills
import kills_shared

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells who started whom, and ends workers with a build"
)


def test_a_build_killed_six_times_makes_the_same_dataset_and_repeats_what_was_in_flight(tmp_path):
    trial = kills.Trial(tmp_path, seed=3)
    identity, seconds = trial.undisturbed()
    done = trial.round(kills=6, seconds=seconds)
    assert done.identity == identity
    assert done.kept == kills.ROWS
    assert done.repeated <= done.allowed
    assert done.orphans == 0
    assert done.leftovers == 0


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Builds of one folder of pictures by several processes, and what a build by one comes to."""
    trial = kills_shared.Trial(tmp_path_factory.mktemp("shared"), seed=3, engine="processes")
    return trial, trial.alone()


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_a_shared_build_any_process_of_which_is_killed_makes_the_same_dataset(shared, engine):
    pytest.importorskip("distributed" if engine == "dask" else "torch")
    trial, identity = shared
    trial.engine, trial.random = engine, random.Random(3)
    done = trial.round(kills=2, seconds=7.0)
    assert done.identity == identity
    assert done.kept == kills_shared.ROWS
    assert done.leftovers == 0
