"""No file breaks a build: hostile ones and mutations of sound ones are kept or refused with a reason."""

import os
import random
from pathlib import Path

import pytest

import hostile
import mmhub

SAMPLES = Path(os.environ.get("MMHUB_SAMPLES") or Path(mmhub.__file__).parents[2] / "shared" / "data")
MUTATIONS = 40


@pytest.mark.parametrize("kind", ["image", "audio", "video", "text"])
def test_files_made_to_harm_hostile_ones_and_mutations_cost_no_sound_row_and_have_reasons(kind, tmp_path):
    """Where there are no samples, those made to harm are tried alone: they are made on the spot."""
    bad, good = (found[kind] for found in hostile.samples(SAMPLES))
    outcome = hostile.run_kind(kind, bad, good, mutations=MUTATIONS, chance=random.Random(kind), folder=tmp_path)
    assert outcome.files == len(list(hostile.made(kind))) + len(bad) + (MUTATIONS if good else 0)
    assert bool(outcome.sound) == bool(good)
    assert outcome.sound_lost == []
    assert outcome.unexplained == []
    assert outcome.restarts == 0
