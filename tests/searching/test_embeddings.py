"""Which column answers a query, and with what weights the query is encoded."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from mmhub import ModelError, PluginError, VersionError, locate, plugins
from mmhub.searching.embeddings import choose, embeddings
from mmhub.searching.query import Query, encoded
from mmhub.store import Store
from mmhub.version import find

QUERY = Query("text", "a red circle")


@pytest.fixture
def version(gallery):
    return find(Store.at(gallery.store), "gallery")


@pytest.fixture(scope="module")
def offers():
    return plugins.discover()


def with_steps(version, *names):
    """Return a version of which some steps are left."""
    recipe = version.manifest["recipe"]
    left = [step for step in recipe["steps"] if step["name"] in names]
    return replace(version, manifest={**version.manifest, "recipe": {**recipe, "steps": left}})


def with_step(embedding, **changes):
    return replace(embedding, step={**embedding.step, **changes})


def test_columns_are_told_from_the_manifest_as_builds_name_them(version):
    vectors = {name for name in version.manifest["schema"] if name.rpartition("_")[2] in ("clip", "clap", "frames")}
    assert set(embeddings(version)) == vectors == {"image_clip", "captions_clip", "audio_clap", "video_frames"}


@pytest.mark.parametrize(
    ("steps", "column"),
    [
        (("image/clip@image", "image/clip@captions", "audio/clap", "video/frames"), "image_clip"),
        (("image/clip@captions", "audio/clap", "video/frames"), "video_frames"),
        (("image/clip@captions", "audio/clap"), "audio_clap"),
        (("image/clip@captions",), "captions_clip"),
    ],
)
def test_a_text_is_looked_for_in_pictures_then_films_then_sounds_then_texts(version, offers, steps, column):
    assert choose(with_steps(version, *steps), offers, "text", None).column == column


def test_where_no_encoder_reads_the_query_what_there_is_is_named(version, offers):
    with pytest.raises(
        VersionError,
        match=r"no vectors that an image can be compared with: it has audio_clap \(audio/.*reads image: image/blip, ",
    ):
        choose(with_steps(version, "audio/clap"), offers, "image", None)


def test_a_column_whose_encoder_does_not_read_the_query_is_told_with_those_that_do_or_that_none_does(version, offers):
    with pytest.raises(VersionError, match=r"and text, and no audio; search in audio_clap \(audio/clap of audio\)"):
        choose(version, offers, "audio", "image_clip")
    without = with_steps(version, "image/clip@image")
    with pytest.raises(VersionError, match=r"no audio; no column of 'gallery@1\.0\.0' can be searched by that"):
        choose(without, offers, "audio", "image_clip")


def test_where_several_columns_fit_they_are_named(version, offers):
    recipe = version.manifest["recipe"]
    (step,) = [step for step in recipe["steps"] if step["name"] == "image/clip@image"]
    steps = [*recipe["steps"], {**step, "name": "other"}]
    two = replace(version, manifest={**version.manifest, "recipe": {**recipe, "steps": steps}})
    with pytest.raises(
        VersionError, match=r"searched in image_clip \(.*\), image_other \(.*\): name one with `--column`"
    ):
        choose(two, offers, "text", None)


def test_a_plugin_that_is_missing_is_named_with_how_to_install_it(version, offers):
    without = {name: each for name, each in offers.operators.items() if name != "image/clip"}
    modalities = {name: each for name, each in offers.modalities.items() if name != "image"}
    with pytest.raises(PluginError, match=r"no installed plugin offers 'image/clip': `pip install 'mmhub\[image\]'`"):
        choose(version, replace(offers, operators=without, modalities=modalities), "text", None)


def test_an_encoder_of_another_version_is_refused(version, offers):
    older = with_step(embeddings(version)["image_clip"], version=0)
    with pytest.raises(PluginError, match="made by version 0 of 'image/clip', and version"):
        encoded(QUERY, older, offers, folder=None)


def test_other_weights_are_refused(version, offers):
    other = with_step(embeddings(version)["image_clip"], weights="0" * 64)
    with pytest.raises(ModelError, match="made with the weights 000000000000, and those of 'mmhub_image:clip' are"):
        encoded(QUERY, other, offers, folder=None)


def test_weights_of_the_hub_that_are_not_here_are_named_with_how_to_fetch_them(version, offers, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    given = embeddings(version)["image_clip"]
    hub = with_step(given, weights="a" * 40, options={**given.step["options"], "model": "nobody/nothing"})
    with pytest.raises(ModelError, match=f"`hf download nobody/nothing --revision {'a' * 40}`"):
        encoded(QUERY, hub, offers, folder=None)


def test_weights_that_came_from_a_folder_are_taken_from_the_one_that_is_named(version, offers, tmp_path):
    given = embeddings(version)["image_clip"]
    options = {**given.step["options"], "model": f"sha256:{given.step['weights']}"}
    local = with_step(given, options=options)
    with pytest.raises(ModelError, match="say with `--weights FOLDER` where it is"):
        encoded(QUERY, local, offers, folder=None)
    shutil.copytree(locate("mmhub_image:clip").folder, tmp_path / "clip")
    there = encoded(QUERY, local, offers, folder=tmp_path / "clip")
    np.testing.assert_array_equal(there, encoded(QUERY, given, offers, folder=None))
