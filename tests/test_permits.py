"""Which weights a recipe may use, by the licences their cards and names tell."""

from dataclasses import replace

import pytest
from bench import OFFERS

from mmhub import Encoder, RecipeError, Step, Weights, plugins
from mmhub.binding.bind import bind
from mmhub.models.licences import UNSTATED, is_non_commercial, licence_of
from mmhub.permits import models, refuse_forbidden, unknown


def weights(model, folder, card=None):
    if card is not None:
        (folder / "README.md").write_text(f"---\n{card}\n---\n# A model\n")
    return Weights(model=model, revision="abc", folder=folder)


@pytest.fixture
def using(bench, tmp_path):
    """A function that returns what a recipe binds to, with an encoder that uses a model."""

    def bound(model, card=None):
        bench.put(["note 3"])
        first, *_ = [each for each in bind(bench.recipe(Step("note/curve")), OFFERS).bound if each.kind == "encode"]
        return (replace(first, weights=weights(model, tmp_path, card)),)

    return bound


@pytest.mark.parametrize(
    ("model", "licence"),
    [
        ("MCG-NJU/videomae-base", "cc-by-nc-4.0"),
        ("facebook/metaclip-2-worldwide-huge-quickgelu", "cc-by-nc-4.0"),
        ("facebook/timesformer-base-finetuned-k400", "cc-by-nc-4.0"),
        ("jinaai/jina-embeddings-v3", "cc-by-nc-4.0"),
        ("openai/clip-vit-base-patch32", "mit"),
        ("google/embeddinggemma-2", "apache-2.0"),
        ("microsoft/wavlm-base-plus", "cc-by-sa-3.0"),
        ("mmhub_image:clip", "Apache-2.0"),
        ("somebody/unheard-of", "not stated"),
    ],
)
def test_licences_of_known_models_are_known_by_name(model, licence, tmp_path):
    assert licence_of(weights(model, tmp_path)) == licence


def test_every_model_that_an_encoder_takes_by_default_has_a_known_licence_that_allows_commerce(tmp_path):
    encoders = [each for each in plugins.discover().operators.values() if isinstance(each, Encoder) and each.weights]
    licences = {each.name: licence_of(weights(each.options().model, tmp_path)) for each in encoders}
    assert len(licences) >= 12
    assert {name for name, each in licences.items() if each == UNSTATED or is_non_commercial(each)} == set()


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ("license: cc-by-nc-4.0", "cc-by-nc-4.0"),
        ("license: other\nlicense_name: dinov3-license", "dinov3-license"),
        ("tags: [a]", "mit"),
        ("license: [", "mit"),
    ],
)
def test_the_card_beside_the_weights_goes_before_the_name(card, licence, tmp_path):
    assert licence_of(weights("openai/clip-vit-base-patch32", tmp_path, card)) == licence


def test_weights_that_forbid_commerce_are_refused(using):
    bound = using("MCG-NJU/videomae-base")
    message = r"step 'note/curve' uses the weights of 'MCG-NJU/videomae-base', whose licence 'cc-by-nc-4.0' forbids"
    with pytest.raises(RecipeError, match=message):
        refuse_forbidden(bound, ())
    with pytest.raises(RecipeError, match=r"allow_licences: \[cc-by-nc-4.0\]"):
        refuse_forbidden(bound, ("cc-by-nc-sa-4.0",))


def test_weights_that_forbid_commerce_are_used_where_the_recipe_allows_it(using):
    refuse_forbidden(using("MCG-NJU/videomae-base"), ("CC-BY-NC-4.0",))


def test_an_unknown_licence_is_a_note_and_no_error(using):
    bound = using("somebody/unheard-of")
    refuse_forbidden(bound, ())
    assert unknown(bound) == [
        "the licence of the weights 'somebody/unheard-of' is unknown: look it up before you publish"
    ]


def test_models_are_told_once_with_revision_and_licence(using):
    (bound,) = using("openai/clip-vit-base-patch32")
    assert models((bound, bound)) == [{"model": "openai/clip-vit-base-patch32", "revision": "abc", "licence": "mit"}]
