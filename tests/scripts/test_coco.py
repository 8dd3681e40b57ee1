import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from datasets import Image

import mmhub
from mmhub.errors import RecipeError, SourceError

SAMPLES = Path(os.environ.get("MMHUB_SAMPLES") or Path(__file__).parents[3] / "shared" / "data") / "coco"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the COCO samples are not here")
EMBEDDED = {"models": "embedded", "workers": 1}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A copy of the samples, and the store they were built into once."""
    place = tmp_path_factory.mktemp("coco")
    shutil.copytree(SAMPLES, place / "data")
    report = mmhub.build("coco", data_dir=place / "data", store=place / "store", **EMBEDDED)
    return place, report


@pytest.fixture
def coco(built, tmp_path):
    """A copy of both, to change."""
    shutil.copytree(built[0], tmp_path, dirs_exist_ok=True)
    return tmp_path


def again(place, **request):
    return mmhub.build("coco", data_dir=place / "data", store=place / "store", **EMBEDDED, **request)


def photographs(place):
    return sorted((place / "data").glob("*2017/*.jpg"))


def captions(place, change):
    """Change the caption file of the validation split."""
    path = place / "data" / "annotations" / "captions_val2017.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_every_photograph_is_kept_with_its_captions_and_embeddings(built):
    place, report = built
    assert report.rows["read"] == report.rows["kept"] == 52
    dataset = mmhub.load("coco", store=place / "store")
    assert {split: len(rows) for split, rows in dataset.items()} == {"train": 12, "validation": 40}
    row = dataset["validation"].select_columns(["captions", "image_clip", "captions_clip"])[0]
    assert len(row["captions"]) == len(row["captions_clip"]) >= 5
    assert len(row["image_clip"]) == len(row["captions_clip"][0]) == 64


def test_the_bytes_of_photographs_are_those_of_the_files(built):
    place, _ = built
    files = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in photographs(place)}
    loaded = {}
    for rows in mmhub.load("coco", store=place / "store").values():
        for row in rows.cast_column("image", Image(decode=False)).select_columns(["row_id", "image"]):
            loaded[row["row_id"]] = hashlib.sha256(row["image"]["bytes"]).hexdigest()
    assert loaded == files


def test_each_photograph_keeps_its_licence_and_where_it_came_from(built):
    rows = mmhub.load("coco", store=built[0] / "store")["train"].select_columns(["licence", "url"])
    assert all("creativecommons.org" in row["licence"] or "flickr" in row["licence"] for row in rows)
    assert all(row["url"].startswith("http") for row in rows)


def test_what_is_damaged_is_quarantined_and_nothing_else(built, coco):
    chosen = photographs(coco)
    for path in chosen[:5]:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    chosen[7].write_text("<html><body>404 Not Found</body></html>")
    chosen[9].unlink()
    report = again(coco)
    assert report.quarantined == {"truncated": 5, "not-an-image": 1, "not-found": 1}
    assert report.rows["kept"] == 45
    ledger = mmhub.load_ledger("coco", store=coco / "store")
    gone = {row["row_id"] for row in ledger if row["fate"] == "quarantined"}
    assert gone == {path.stem for path in [*chosen[:5], chosen[7], chosen[9]]}


def test_building_again_does_no_work(built, coco):
    report = again(coco)
    assert (report.decoded, report.encoded, report.unchanged) == (0, 0, True)
    assert (report.version, report.identity) == ("1.0.0", built[1].identity)


def test_one_photograph_more_is_the_only_one_decoded(coco):
    new = coco / "data" / "val2017" / "000000999999.jpg"
    shutil.copy(SAMPLES.parent / "flickr" / "Flicker8k_Dataset" / some_flickr(), new)

    def add(content):
        content["images"].append({**content["images"][0], "id": 999999, "file_name": new.name})
        content["annotations"].append({"id": 10**9, "image_id": 999999, "caption": "One more photograph."})

    captions(coco, add)
    report = again(coco)
    assert (report.decoded, report.encoded, report.rows["kept"]) == (1, 2, 53)


def some_flickr():
    return sorted(path.name for path in (SAMPLES.parent / "flickr" / "Flicker8k_Dataset").glob("*.jpg"))[0]


def test_an_edited_caption_decodes_no_photograph(coco):
    captions(coco, lambda content: content["annotations"][0].update(caption="Something quite different."))
    report = again(coco)
    assert (report.decoded, report.encoded, report.version) == (0, 1, "1.1.0")


def test_a_tighter_threshold_decodes_nothing_and_a_looser_one_only_what_it_admits(built, coco):
    tighter = again(coco, settings=["image/sharpness.at_least=200"])
    assert tighter.decoded == 0
    assert 0 < tighter.dropped["blurred"] < 52
    fresh = coco / "fresh"
    request = {"data_dir": coco / "data", "store": fresh, **EMBEDDED}
    first = mmhub.build("coco", settings=["image/sharpness.at_least=200"], **request)
    looser = mmhub.build("coco", **request)
    assert looser.decoded == first.dropped["blurred"]
    assert looser.identity == built[1].identity


def test_two_workers_build_what_one_builds(built, coco):
    report = mmhub.build("coco", data_dir=coco / "data", store=coco / "other", models="embedded", workers=2)
    assert report.identity == built[1].identity


def test_a_missing_caption_file_or_folder_ends_the_build_with_an_explanation(coco):
    (coco / "data" / "annotations" / "captions_val2017.json").unlink()
    with pytest.raises(SourceError, match=r"'val2017' are there, but not .*captions_val2017.json' with their captions"):
        again(coco)
    shutil.rmtree(coco / "data" / "val2017")
    shutil.rmtree(coco / "data" / "train2017")
    with pytest.raises(SourceError, match=r"holds no COCO: expected .*; of both, there is .*captions_train2017.json'"):
        again(coco)
    with pytest.raises(RecipeError, match="cannot take data_dir"):
        mmhub.build("coco", data_dir=coco / "nowhere", store=coco / "store")
