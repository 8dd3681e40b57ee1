"""Each class of audio models, small and random: its vectors are those of its own documented call."""

import numpy as np
import pytest

from evidence.encoder_sounds import CASES
from evidence.encoder_trial import tried
from mmhub import Media
from mmhub_audio import Sound

SECONDS = (0.3, 1.7, 0.9, 1.99, 0.55)
TEXTS = ["A dog barks.", "two bells", "", "rain on a roof, and far away a train", "x"]


@pytest.fixture(scope="module")
def values():
    return {"audio": [_chirp(seconds, seed=n) for n, seconds in enumerate(SECONDS)], "text": TEXTS}


def _chirp(seconds: float, *, seed: int) -> Sound:
    random = np.random.default_rng(seed)
    count = round(seconds * 16_000)
    swept = np.sin(np.cumsum(np.linspace(0.02, random.uniform(0.1, 1.5), count)))
    samples = (0.3 * swept + random.normal(0, 0.02, count)).astype(np.float32)
    return Sound(media=Media(data=b""), raw=samples[None], rate_hz=16_000, codec="pcm_f32le", container="wav")


@pytest.mark.filterwarnings("ignore:Support for mismatched key_padding_mask")  # WavLM's own, in torch 2.13
@pytest.mark.parametrize("case", CASES, ids=str)
def test_sounds_and_texts_get_the_vectors_of_the_documented_call(case, tmp_path, values):
    outcome = tried(case, tmp_path, values[case.modality])
    assert outcome.cosines.min() >= 0.9999
    assert outcome.alone
    assert outcome.gap <= 1e-4
    assert outcome.alike < 0.999
