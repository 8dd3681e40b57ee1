import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import constants
from PIL import Image
from served_hub import point_at

from mmhub import Column, From, Recipe, run
from mmhub.cli import main
from mmhub.cli.outlook import outlook
from mmhub.errors import SourceError
from mmhub.hubserver import serving
from mmhub.places.hub_access import commit_of
from mmhub.recipes import catalogue
from mmhub.request import Request

BUILD = """
import json, sys
import mmhub
from mmhub import Column, From, Recipe, plugins, run
from mmhub.errors import MmhubError
from mmhub.request import Request
options, store = json.loads(sys.argv[1]), sys.argv[2]
fields = {"image": Column(modality="image"), "caption": Column(modality="text"), "n": Column(modality="int64")}
recipe = Recipe(name="seen", source=From(use="hub", options=options), fields=fields)
try:
    report = run.build(Request(recipe=recipe, store=store, workers=1))
except MmhubError as error:
    print(json.dumps({"error": str(error)}))
else:
    sizes = {split: len(rows) for split, rows in mmhub.load("seen", store=store).items()}
    print(json.dumps({"rows": report.rows, "notes": report.notes, "identity": report.identity, "sizes": sizes}))
"""


def picture(shade):
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 40, 90)).save(stream, "PNG")
    return stream.getvalue()


def parquet(path, count, first=0):
    images = [{"bytes": picture(first + n), "path": f"{first + n}.png"} for n in range(count)]
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.table(
        {"image": pa.array(images, kind), "caption": [f"shade {n}" for n in range(count)], "n": [*range(count)]}
    )
    features = {"image": {"_type": "Image"}, "caption": {"dtype": "string", "_type": "Value"}}
    features["n"] = {"dtype": "int64", "_type": "Value"}
    about = json.dumps({"info": {"features": features}})
    pq.write_table(table.replace_schema_metadata({"huggingface": about}), path)


def built(options, store, environment=None):
    done = subprocess.run(
        [sys.executable, "-c", BUILD, json.dumps(options), str(store)],
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def pushed(tmp_path_factory):
    """A Hub with a dataset of two splits, and its commit; then a second commit on the branch."""
    from huggingface_hub import HfApi

    folder = tmp_path_factory.mktemp("pushed")
    (folder / "data").mkdir()
    parquet(folder / "data" / "train-0.parquet", 3)
    parquet(folder / "data" / "test-0.parquet", 2, first=100)
    with serving(tmp_path_factory.mktemp("hub")) as there:
        api = HfApi(endpoint=there.endpoint, token=there.token)
        api.create_repo("local/shades", repo_type="dataset")
        api.upload_folder(repo_id="local/shades", repo_type="dataset", folder_path=str(folder))
        commit = api.dataset_info("local/shades").sha
        parquet(folder / "data" / "train-0.parquet", 4)
        api.upload_folder(repo_id="local/shades", repo_type="dataset", folder_path=str(folder))
        yield {**there.environment, "HF_HOME": str(tmp_path_factory.mktemp("home"))}, commit


def test_a_dataset_of_the_hub_is_read_at_the_commit_that_is_named(pushed, tmp_path):
    environment, commit = pushed
    options = {"dataset": "local/shades", "revision": commit}
    found = built(options, tmp_path / "store", environment)
    assert found["sizes"] == {"train": 3, "test": 2}
    assert found["notes"] == [f"local/shades was read at the commit {commit}"]
    # What was copied once needs no Hub.
    again = built(options, tmp_path / "store", {**environment, "HF_HUB_OFFLINE": "1"})
    assert again["identity"] == found["identity"]


@pytest.fixture
def hub(pushed, tmp_path, monkeypatch):
    """The Hub, spoken to from this process."""
    environment, _ = pushed
    there = SimpleNamespace(endpoint=environment["HF_ENDPOINT"], token=environment["HF_TOKEN"])
    point_at(there, tmp_path / "hf", monkeypatch)


@pytest.mark.usefixtures("hub")
def test_a_recipe_is_written_for_a_dataset_of_the_hub_at_its_commit(pushed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["mmhub", "new", "recipe", "shades", "--from", "hub", "local/shades"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    recipe = catalogue.entry(str(tmp_path / "shades.yaml")).recipe
    assert {name: each.modality for name, each in recipe.columns.items()} == {
        "image": "image",
        "caption": "text",
        "n": "int64",
    }
    assert recipe.source.options["dataset"] == "local/shades"
    assert len(recipe.source.options["revision"]) == 40
    assert recipe.source.options["revision"] != pushed[1]


@pytest.mark.usefixtures("hub")
def test_a_branch_stands_for_a_commit(pushed):
    assert commit_of("local/shades", pushed[1]) == pushed[1]
    assert commit_of("local/shades", "main") != pushed[1]


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    ("dataset", "revision", "said"),
    [
        ("local/none", "main", "there is no dataset 'local/none' on the Hub, or it is private"),
        ("local/shades", "v9", "the dataset 'local/shades' has no revision 'v9'"),
        ("a/b/c", "main", "'a/b/c' is no dataset of the Hub: expected owner/name"),
    ],
)
def test_what_is_not_on_the_hub_is_said(dataset, revision, said):
    with pytest.raises(SourceError, match=said):
        commit_of(dataset, revision)


def test_a_hub_that_cannot_be_reached_is_said(monkeypatch):
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(SourceError, match="the Hub cannot be reached for the dataset 'local/shades'"):
        commit_of("local/shades", "main")


def test_without_a_network_it_is_said_what_keeps_it_from_being_read(monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(SourceError, match="HF_HUB_OFFLINE keeps it from being read: unset it"):
        commit_of("local/shades", "main")


def test_a_split_that_is_not_there_is_an_error(read, tmp_path):
    parquet(tmp_path / "train.parquet", 1)
    with pytest.raises(SourceError, match="has no split 'dev': it has train"):
        read("hub", tmp_path, data_dir=tmp_path, split="dev")


def test_a_folder_that_datasets_opens_is_a_source_too(read, tmp_path):
    parquet(tmp_path / "train.parquet", 2)
    found = read("hub", tmp_path, data_dir=tmp_path)
    assert found.column("caption") == {"000000": "shade 0", "000001": "shade 1"}
    assert [each.read() for each in found.column("image").values()] == [picture(0), picture(1)]


def test_classes_have_their_names_beside_their_numbers(read, put, tmp_path):
    for place in ("train/cat/a.png", "train/dog/b.png"):
        put(place, picture(7))
    found = read("hub", tmp_path, data_dir=tmp_path)
    assert list(zip(found.column("label").values(), found.column("label_name").values(), strict=True)) == [
        (0, "cat"),
        (1, "dog"),
    ]


@pytest.mark.usefixtures("hub")
def test_a_branch_is_said_to_be_what_it_was_when_it_was_first_read(pushed, tmp_path):
    source = From(use="hub", options={"dataset": "local/shades", "revision": "main"})
    recipe = Recipe(name="seen", source=source, fields={"n": Column(modality="int64")})
    (note,) = run.build(Request(recipe=recipe, store=tmp_path / "store", workers=1)).notes
    assert pushed[1] not in note
    assert "which 'main' was when it was first read: `revision` among the options of the source names another" in note


def test_a_folder_of_pictures_is_read_without_decoding_them(read, put, tmp_path):
    path = put("train/a.png", picture(7))
    (row,) = read("hub", tmp_path, data_dir=tmp_path).rows
    image = row["image"]
    assert (image if isinstance(image, str) else image.path or image.read()) in (str(path), picture(7))


def test_a_plan_does_not_fetch_a_dataset(tmp_path):
    (tmp_path / "r.yaml").write_text(
        "name: r\nsource: {use: hub, options: {dataset: a/b}}\nfields: {caption: {modality: text}}\n"
    )
    with pytest.raises(SourceError, match="is not in the store yet, and a plan uses no network"):
        outlook(Request(recipe=str(tmp_path / "r.yaml"), store=tmp_path / "store"), lambda *_: None)


def test_neither_a_dataset_nor_a_folder_is_an_error(read):
    with pytest.raises(ValueError, match="name either a dataset of the Hub or a data_dir"):
        read("hub")


def test_a_folder_that_datasets_cannot_open_is_an_error(read, tmp_path):
    with pytest.raises(SourceError, match="cannot be opened"):
        read("hub", tmp_path, data_dir=tmp_path)
