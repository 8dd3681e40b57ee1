import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import mmhub
from mmhub import Column, From, Recipe, Step, VersionError
from mmhub.errors import ExportError
from mmhub.exporting import export, layout, rows, shards
from mmhub.exporting.cuts import Size
from mmhub.exporting.names import file_name

NOTES = {"a/1.x": "note 12", "b": "note 40", "c": "note 3", "d": None}
WITHOUT_MMHUB = """
import hashlib, json, sys
sys.modules["mmhub"] = None
import datasets
datasets.disable_progress_bars()
{opening}
def digests(values):
    return [None if each is None else hashlib.sha256(each["bytes"]).hexdigest() for each in values]
whole = {{name: split.cast_column("note", datasets.Image(decode=False)) for name, split in opened.items()}}
print(json.dumps({{name: {{
    "row_id": split["row_id"][:], "text": split["text"][:], "note": digests(split["note"]),
    "vectors": [each and list(map(float, each)) for each in split["note_curve"]], "features": str(split.features),
}} for name, split in whole.items()}}))
"""


@pytest.fixture
def built(bench):
    """A version of three notes in two splits; the fourth has no file."""
    for n, (row_id, note) in enumerate(NOTES.items()):
        name = f"n{n}.note"
        if note:
            (bench.folder / name).write_text(note)
        split = "train" if n < 2 else "test"
        bench.rows.append({"row_id": row_id, "note": name if note else None, "split": split, "text": f"text {n}"})
    bench.build(Step("note/curve", fields="note"), Step("note/number", rules={"too-small": False}))
    return bench


def digest(note):
    return hashlib.sha256(note.encode()).hexdigest()


def opened(opening, cache):
    """Return what `datasets` finds in a process that cannot import mmhub."""
    environment = {**os.environ, "HF_HOME": str(cache), "HF_HUB_OFFLINE": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_MMHUB.format(opening=opening)],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize(
    ("format", "opening"),
    [
        ("arrow", "opened = datasets.load_from_disk({!r})"),
        ("parquet", "opened = datasets.load_dataset({!r})"),
    ],
)
def test_datasets_opens_an_export_where_there_is_no_mmhub(built, tmp_path, format, opening):
    export("notes", tmp_path / "out", format=format, store=built.store)
    found = opened(opening.format(str(tmp_path / "out")), tmp_path / "cache")
    assert {name: split["row_id"] for name, split in found.items()} == {"train": ["a/1.x", "b"], "test": ["c", "d"]}
    assert found["train"]["note"] == [digest("note 12"), digest("note 40")]
    assert found["test"]["note"] == [digest("note 3"), None]
    assert found["train"]["text"] == ["text 0", "text 1"]
    assert found["train"]["vectors"][0] == pytest.approx([np.sin(12), np.cos(12)], abs=1e-6)
    assert "'note': Image(mode=None, decode=False)" in found["train"]["features"]
    assert "'note_curve': List(Value('float32'), length=2)" in found["train"]["features"]


def test_parquet_brings_the_ledger_along(built, tmp_path):
    export("notes", tmp_path / "out", format="parquet", store=built.store)
    code = (
        "import datasets, sys; sys.modules['mmhub'] = None; datasets.disable_progress_bars();"
        f"print(datasets.load_dataset({str(tmp_path / 'out')!r}, 'ledger', split='train')['fate'][:])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "HF_HOME": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1"},
    )
    assert ended.stdout.strip() == "['kept', 'kept', 'kept', 'kept']", ended.stderr


@pytest.mark.parametrize("format", ["arrow", "parquet"])
def test_an_embedding_says_what_made_it(built, tmp_path, format):
    export("notes", tmp_path / "out", format=format, store=built.store)
    if format == "arrow":
        schema = pa.ipc.open_stream(tmp_path / "out/train/data-00000-of-00001.arrow").schema
    else:
        schema = pq.read_schema(tmp_path / "out/data/train-00000.parquet")
    about = json.loads(schema.field("note_curve").metadata[b"mmhub"])
    assert (about["operator"], about["version"], about["field"]) == ("note/curve", 1, "note")


def test_media_in_parquet_are_not_compressed_again(built, tmp_path):
    export("notes", tmp_path / "out", format="parquet", store=built.store)
    group = pq.ParquetFile(tmp_path / "out/data/train-00000.parquet").metadata.row_group(0)
    columns = {group.column(n).path_in_schema: group.column(n).compression for n in range(group.num_columns)}
    assert (columns["note.bytes"], columns["text"]) == ("UNCOMPRESSED", "ZSTD")


def test_a_webdataset_holds_each_sample_under_one_name(built, tmp_path):
    export("notes", tmp_path / "out", format="webdataset", store=built.store)
    with tarfile.open(tmp_path / "out/train-00000.tar") as tar:
        entries = {entry.name: tar.extractfile(entry).read() for entry in tar}
    assert set(entries) == {f"{key}.{kind}" for key in ("a%2F1%2Ex", "b") for kind in ("bin", "json", "note_curve.npy")}
    assert entries["b.bin"] == b"note 40"
    assert json.loads(entries["b.json"]) == {"row_id": "b", "text": "text 1"}
    assert np.load(io.BytesIO(entries["b.note_curve.npy"])) == pytest.approx([np.sin(40), np.cos(40)], abs=1e-6)


def test_plain_files_are_listed_line_by_line(built, tmp_path):
    export("notes", tmp_path / "out", format="files", store=built.store)
    lines = [json.loads(line) for line in (tmp_path / "out/metadata.jsonl").read_text().splitlines()]
    assert [(line["split"], line["row_id"], line["note"]) for line in lines] == [
        ("train", "a/1.x", "media/train/a%2F1.x.bin"),
        ("train", "b", "media/train/b.bin"),
        ("test", "c", "media/test/c.bin"),
        ("test", "d", None),
    ]
    assert (tmp_path / "out" / lines[0]["note"]).read_bytes() == b"note 12"


def test_a_number_that_json_cannot_hold_is_null(bench, tmp_path):
    lines = [{"row_id": "x", "weight": float("nan")}, {"row_id": "y", "weight": 1.5}]
    (bench.folder / "rows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    bench.build(recipe=Recipe(name="plain", source=From(use="notes"), fields={"weight": Column(modality="float64")}))
    export("plain", tmp_path / "out", format="files", store=bench.store)
    found = [json.loads(line) for line in (tmp_path / "out/metadata.jsonl").read_text().splitlines()]
    assert [line["weight"] for line in found] == [None, 1.5]


def test_a_list_of_media_keeps_its_order_and_its_gaps(bench, tmp_path):
    for n in range(3):
        (bench.folder / f"{n}.note").write_text(f"note {n}")
    paths = [str(bench.folder / f"{n}.note") for n in (2, 0)]
    lines = [{"row_id": "x", "notes": paths}, {"row_id": "y"}, {"row_id": "z", "notes": paths[1:]}]
    recipe = Recipe(
        name="lists", source=From(use="notes"), fields={"notes": Column(modality="note", many=True)}, steps=()
    )
    (bench.folder / "rows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    bench.build(recipe=recipe)
    export("lists", tmp_path / "out", store=bench.store)
    table = pa.ipc.open_stream(tmp_path / "out/train/data-00000-of-00001.arrow").read_all()
    found = [None if each is None else [one["bytes"] for one in each] for each in table["notes"].to_pylist()]
    assert found == [[b"note 2", b"note 0"], [], [b"note 0"]]
    export("lists", tmp_path / "files", format="files", store=bench.store)
    first = json.loads((tmp_path / "files/metadata.jsonl").read_text().splitlines()[0])
    assert first["notes"] == ["media/train/x.notes_0.bin", "media/train/x.notes_1.bin"]


@pytest.mark.parametrize("format", ["arrow", "parquet", "webdataset"])
def test_what_is_too_much_for_one_file_is_several(built, tmp_path, monkeypatch, format):
    monkeypatch.setattr(rows, "_BATCH_ROWS", 1)
    monkeypatch.setattr(shards, "SHARD_BYTES", 1)
    monkeypatch.setattr(layout, "GROUP", Size(b"group", least=1, further=1, most=1))
    monkeypatch.setattr(layout, "SHARD", Size(b"shard", least=1, further=1, most=1))
    export("notes", tmp_path / "out", format=format, store=built.store)
    assert len(list((tmp_path / "out").rglob("*0000[01]*"))) >= 4
    if format == "arrow":
        found = datasets.load_from_disk(str(tmp_path / "out"))["train"]
        assert found.cast_column("note", datasets.Image(decode=False))[1]["note"]["bytes"] == b"note 40"


def test_progress_is_told_up_to_the_last_row(built, tmp_path):
    told = []
    done = export("notes", tmp_path / "out", store=built.store, progress=lambda *count: told.append(count))
    assert told[-1] == (4, 4)
    assert done.splits == {"train": 2, "test": 2}
    assert done.bytes == sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file())


def test_a_folder_that_holds_something_is_left_alone(built, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").write_text("kept")
    with pytest.raises(ExportError, match=r"full' is no empty folder: name a new or an empty one"):
        export("notes", tmp_path / "full", store=built.store)
    assert (tmp_path / "full/mine").read_text() == "kept"


def test_an_empty_folder_is_filled(built, tmp_path):
    (tmp_path / "empty").mkdir()
    export("notes", tmp_path / "empty", store=built.store)
    assert (tmp_path / "empty/dataset_dict.json").exists()


def test_an_export_that_fails_leaves_nothing(built, tmp_path):
    def full(done, total):
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        export("notes", tmp_path / "place/out", store=built.store, progress=full)
    assert list((tmp_path / "place").iterdir()) == []


def test_an_unknown_format_is_named(built, tmp_path):
    with pytest.raises(ExportError, match=r"'parqet' is no format to export to: expected .*; did you mean 'parquet'"):
        export("notes", tmp_path / "out", format="parqet", store=built.store)


def test_an_unknown_version_is_named(built, tmp_path):
    with pytest.raises(VersionError, match=r"'notes' has no version '2.0.0'; it has 1.0.0"):
        export("notes@2.0.0", tmp_path / "out", store=built.store)


def test_a_version_without_a_row_is_not_exported(bench, tmp_path):
    bench.put(["torn"])
    bench.build()
    with pytest.raises(ExportError, match=r"'notes@1.0.0' kept no row"):
        export("notes", tmp_path / "out", store=bench.store)


def test_a_split_that_datasets_cannot_name_is_refused_in_parquet(bench, tmp_path):
    bench.put(["note 12"], split="train-2017")
    bench.build()
    with pytest.raises(ExportError, match="can name no split 'train-2017'"):
        export("notes", tmp_path / "out", format="parquet", store=bench.store)


@pytest.mark.parametrize(
    ("row_id", "name"),
    [
        ("000139", "000139"),
        ("a/b", "a%2Fb"),
        ("..", "%2E."),
        ("clip#3", "clip#3"),
        ("50%", "50%25"),
        ("köln", "köln"),
        ("a\nb", "a%0Ab"),
    ],
)
def test_a_row_id_becomes_a_name_that_any_folder_can_hold(row_id, name):
    assert file_name(row_id, dots=True) == name


def test_long_row_ids_get_short_names_that_differ():
    first, second = (file_name("x" * 500 + end, dots=True) for end in "ab")
    assert first != second
    assert len(first.encode()) <= 180


SAMPLES = Path(os.environ.get("MMHUB_SAMPLES", Path(__file__).parents[2] / "shared/data"))


PHOTOGRAPHS = '''
"""Photographs in a folder."""
import mmhub
from pathlib import Path

class Options(mmhub.Options):
    data_dir: Path

recipe = mmhub.Recipe(name="photographs", fields={"image": mmhub.Column(modality="image")})

def rows(options, folder):
    for path in sorted(options.data_dir.glob("*2017/*.jpg")):
        yield {"row_id": path.stem, "image": path}
'''


@pytest.mark.skipif(not (SAMPLES / "coco").is_dir(), reason="the sample photographs of COCO are not here")
def test_photographs_keep_their_bytes(tmp_path):
    (tmp_path / "photographs.py").write_text(PHOTOGRAPHS)
    script, store = str(tmp_path / "photographs.py"), tmp_path / "store"
    mmhub.build(script, store=store, data_dir=SAMPLES / "coco", limit=6, workers=1)
    export("photographs", tmp_path / "out", format="files", store=store)
    found = sorted((tmp_path / "out/media/train").iterdir())
    assert len(found) == 6
    for path in found:
        original = next((SAMPLES / "coco").glob(f"*2017/{path.name}"))
        assert path.read_bytes() == original.read_bytes()
