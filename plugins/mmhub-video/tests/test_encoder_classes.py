"""Each class of video and joint models, small and random: its vectors are those of its own documented call."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from evidence.encoder_trial import Loaded, tried
from evidence.encoder_videos import CASES
from evidence.footage import Kind, coded
from mmhub import Media
from mmhub_audio import Sound
from mmhub_image import Picture
from mmhub_video import Clip, decode

TEXTS = ["A dog on a beach.", "two cats", "", "a red bus in the rain", "x"]
SIZES = ((60, 40), (64, 96), (96, 64), (34, 34), (80, 48))


@pytest.fixture(scope="module")
def values():
    random = np.random.default_rng(3)
    return {
        "text": TEXTS,
        "image": [Picture(media=Media(data=b""), image=_drawn(random, size), format="PNG") for size in SIZES],
        "audio": [_chirp(random, seconds) for seconds in (0.3, 1.7, 0.9, 1.99, 0.55)],
        "video": [_filmed(np.stack([np.asarray(_drawn(random, size)) for _ in range(9)])) for size in SIZES],
    }


def _drawn(random: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(random.integers(0, 256, (6, 6, 3), np.uint8)).resize(size)


def _filmed(frames: np.ndarray) -> Clip:
    """Return frames as they come out of a file whose coder gives the same pixels in every process; x264 does not."""
    return decode(Media(data=coded(frames, Kind("matroska", "ffv1", ""))))


def _chirp(random: np.random.Generator, seconds: float) -> Sound:
    count = round(seconds * 16_000)
    swept = np.sin(np.cumsum(np.linspace(0.02, random.uniform(0.1, 1.5), count)))
    samples = (0.3 * swept + random.normal(0, 0.02, count)).astype(np.float32)
    return Sound(media=Media(data=b""), raw=samples[None], rate_hz=16_000, codec="pcm_f32le", container="wav")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_values_get_the_vectors_of_the_documented_call(case, tmp_path, values):
    outcome = tried(case, tmp_path, values[case.modality])
    assert outcome.cosines.min() >= 0.9999
    assert outcome.alone
    assert outcome.gap <= 1e-4
    assert outcome.alike < 0.999


@pytest.mark.parametrize("name", ["xclip-text", "pe-av-text"])
def test_a_text_is_read_behind_the_prefix(name, tmp_path):
    case = next(each for each in CASES if each.name == name)
    case.save(tmp_path)
    behind, plain = (Loaded(replace(case, options=some), tmp_path, 2) for some in ({"prefix": "a red "}, {}))
    assert np.array_equal(behind.vectors(["bus"]), plain.vectors(["a red bus"]))
    assert not np.array_equal(behind.vectors(["bus"]), plain.vectors(["bus"]))
