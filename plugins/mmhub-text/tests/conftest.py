import os
from pathlib import Path

import pytest


@pytest.fixture
def samples() -> Path:
    beside = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    found = Path(os.environ.get("MMHUB_SAMPLES", beside))
    if not found.is_dir():
        pytest.skip("the real samples are not beside this checkout, nor named by MMHUB_SAMPLES")
    return found
