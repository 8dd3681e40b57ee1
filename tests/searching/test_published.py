"""Versions on the Hub are searched without the store, and without their media."""

import pytest
from huggingface_hub import constants
from PIL import Image
from served_hub import point_at

import mmhub
from mmhub import HubError
from mmhub.hub import connect, push
from mmhub.hubserver import serving
from mmhub.searching.searched import Kept, opened
from mmhub.store import Store

REPO = "local/gallery"


@pytest.fixture(scope="module")
def caches(gallery, tmp_path_factory):
    """The caches of a machine on which nothing was built, beside a Hub that has the gallery."""
    folder = tmp_path_factory.mktemp("caches")
    with serving(tmp_path_factory.mktemp("hub")) as there, pytest.MonkeyPatch.context() as patch:
        point_at(there, folder, patch)
        push("gallery", connect(there.endpoint, token=there.token), to=REPO, store=gallery.store)
        yield folder


@pytest.fixture
def search(caches, tmp_path):
    return lambda *asked, version=f"{REPO}@v1.0.0", **named: mmhub.search(version, *asked, store=tmp_path, **named)


@pytest.mark.parametrize("asked", [{"text": "a red circle"}, {"text": "a ring", "column": "captions_clip"}])
def test_what_is_found_is_what_is_found_in_the_store(search, gallery, asked):
    assert search(**asked) == gallery.search(**asked)
    assert search(**asked, version=REPO) == gallery.search(**asked)
    assert search(**asked, index="flat") == gallery.search(**asked)


def test_only_what_a_search_reads_is_fetched_and_it_is_fetched_once(search, caches, monkeypatch):
    found = search("a red circle")
    kept = sum(path.stat().st_size for path in (caches / "hub").rglob("*") if path.is_file())
    assert kept < 250_000
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert search("a red circle") == found


def test_what_was_not_fetched_is_told_where_the_hub_is_not_to_be_asked(search, monkeypatch):
    search("a red circle")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubError, match=r"reads of 'local/gallery@1\.0\.0' is not on this machine, and HF_HUB_OFFLINE"):
        search("a bell", column="audio_clap")


def test_thumbnails_come_from_the_groups_of_rows_that_hold_them(search, gallery, tmp_path):
    for column in ("image_clip", "video_frames"):
        here = search("a red circle", column=column, top=3, thumbnails=tmp_path / "a")
        there = gallery.search("a red circle", column=column, top=3, thumbnails=tmp_path / "b")
        for one, other in zip(here, there, strict=True):
            with Image.open(one["thumbnail"]) as small, Image.open(other["thumbnail"]) as kept:
                assert small.tobytes() == kept.tobytes()


def test_a_version_that_is_in_the_store_is_searched_there(caches, gallery, tmp_path):
    assert isinstance(opened(REPO, Store.at(gallery.store)), Kept)
    assert not isinstance(opened(REPO, Store.at(tmp_path)), Kept)


def test_a_version_that_is_whole_in_the_cache_is_read_there(search, gallery, caches, monkeypatch):
    mmhub.load(f"{REPO}@1.0.0")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert search("a low hum", column="audio_clap") == gallery.search("a low hum", column="audio_clap")


def test_a_version_that_is_not_there_is_told_with_those_that_are(search):
    with pytest.raises(HubError, match=r"'local/gallery' has no version 'v7\.0\.0'; its versions are: v1\.0\.0"):
        search("a dog", version=f"{REPO}@7.0.0")
