"""`--models embedded`: small weights in the place of every encoder's, and what becomes of those that have none."""

import pytest

from mmhub import Column, ModelError, Recipe, Step, plugins
from mmhub.binding.bind import bind


@pytest.fixture(scope="module")
def offers():
    return plugins.discover()


def tried(offers, step):
    recipe = Recipe(name="films", fields={"video": Column(modality="video")}, steps=(step,))
    return bind(recipe, offers, embedded=True, download=True)


def test_small_weights_take_the_place_of_others_whatever_is_asked_for(offers):
    (encoder,) = tried(offers, Step("video/frames", options={"model": "nobody/nothing"})).of_kind("encode")
    assert encoder.weights.model == "mmhub_image:clip"


@pytest.mark.parametrize("name", ["video/xclip", "video/transformer", "joint/pe-av", "joint/embedding-gemma"])
def test_an_encoder_without_small_weights_is_named_and_nothing_is_fetched(offers, name):
    with pytest.raises(ModelError, match=f"no small weights come with '{name}', .* `--set {name}.model=FOLDER`"):
        tried(offers, Step(name, fields="video", options={"model": "nobody/nothing"}))


def test_an_encoder_without_small_weights_takes_those_that_are_on_this_machine(offers):
    (encoder,) = tried(offers, Step("video/transformer", options={"model": "mmhub_image:clip"})).of_kind("encode")
    assert encoder.weights.model == "mmhub_image:clip"
