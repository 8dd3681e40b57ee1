"""How many frames a video model is given, and what it cannot be given."""

import json

import pytest

from mmhub import ModelError, locate
from mmhub_video.embedding_gemma import EMBEDDING_GEMMA
from mmhub_video.watching import frames_of


@pytest.fixture
def saying(tmp_path):
    """A function that returns a model's folder whose config says something."""

    def said(**config):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(config))
        return str(folder)

    return said


def test_a_model_gets_as_many_frames_as_it_was_trained_on(saying):
    told = ({"frames_per_clip": 16}, {"num_frames": 8}, {"vision_config": {"num_frames": 32}})
    assert [frames_of(saying(**config), "main", asked=None) for config in told] == [16, 8, 32]
    assert frames_of(saying(num_frames=8), "main", asked=3) == 3


def test_a_model_that_does_not_say_is_told(saying):
    with pytest.raises(ModelError, match="does not say how many frames it reads: set `frames`"):
        frames_of(saying(), "main", asked=None)


def test_more_frames_than_are_kept_are_refused(saying):
    with pytest.raises(ModelError, match="reads 128 frames, and at most 64 are kept of a video"):
        frames_of(saying(num_frames=128), "main", asked=None)


def test_embedding_gemma_is_refused_in_half_precision(saying):
    options = EMBEDDING_GEMMA.options(model=saying(), dtype="float16")
    with pytest.raises(ModelError, match="does not support float16: choose dtype bfloat16 or float32"):
        EMBEDDING_GEMMA.load(options, locate(options.model), "cpu")
