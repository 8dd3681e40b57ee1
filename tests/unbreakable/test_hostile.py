"""No file breaks a build: hostile ones and mutations of sound ones are kept or refused with a reason."""

import os
import random
from pathlib import Path

import pytest

import mmhub

ROOT = Path(mmhub.__file__).parents[1]
SAMPLES = Path(os.environ.get("MMHUB_SAMPLES") or ROOT.parent / "shared" / "data")


@pytest.fixture
def hostile(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import hostile

    return hostile


@pytest.mark.parametrize("kind", ["image", "audio", "video", "text"])
def test_hostile_files_and_mutations_cost_no_sound_row_and_have_reasons(hostile, kind, tmp_path):
    if not SAMPLES.is_dir():
        pytest.skip(f"no samples in {SAMPLES}: name a folder with MMHUB_SAMPLES")
    bad, good = (found[kind] for found in hostile.samples(SAMPLES))
    outcome = hostile.run_kind(kind, bad, good, mutations=40, chance=random.Random(kind), folder=tmp_path)
    assert outcome.files >= 40
    assert outcome.sound_lost == []
    assert outcome.unexplained == []
    assert outcome.restarts == 0


@pytest.mark.parametrize("kind", ["image", "audio", "video", "text"])
def test_files_made_to_harm_are_refused_or_kept(hostile, kind, tmp_path):
    outcome = hostile.run_kind(kind, [], [], mutations=0, chance=random.Random(kind), folder=tmp_path)
    assert outcome.files == len(list(hostile.made(kind)))
    assert outcome.unexplained == []
    assert outcome.restarts == 0
