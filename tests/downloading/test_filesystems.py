"""Sources and values on file systems that fsspec knows: `memory://` and one with faults, in place of a bucket."""

import io
import json
import threading
from dataclasses import replace

import fsspec
import pytest
from bench import NUMBER, OFFERS
from far import Far

import mmhub
from mmhub import Column, From, Recipe, plugins, run
from mmhub.cli.outlook import outlook
from mmhub.errors import RecipeError, SourceError
from mmhub.request import Request, get_ready
from mmhub.starting.starter import starter

LARGE = bytes(range(256)) * 12_000
PAST = {"wait_seconds": 0.01, "tries": 2}


class Bucket:
    """A folder behind ``far://bucket``, and builds of what lies there."""

    def __init__(self, folder):
        self.folder, self.store = folder / "far" / "bucket", folder / "store"
        self.folder.mkdir(parents=True)

    def put(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return f"far://bucket/{name}"

    def on(self, name, act):
        Far.acts[f"bucket/{name}"] = act

    def asked(self):
        found = {name.removeprefix("bucket/"): count for name, count in Far.asked.items()}
        Far.asked.clear()
        return found

    def request(self, use="folder", fields=("image",), options=None, **downloads):
        place = {"data_dir": "far://bucket"} if use == "folder" else {"files": "far://bucket/rows.csv"}
        source = From(use=use, options=options or place, downloads={**PAST, **downloads})
        columns = {name: Column(modality="note" if name in ("image", "note") else "string") for name in fields}
        return Request(Recipe(name="far", source=source, fields=columns, steps=(NUMBER,)), store=self.store, workers=1)

    def build(self, *args, **options):
        return run.build(self.request(*args, **options), offers=OFFERS)

    def fates(self):
        return {row["row_id"]: row["reason"] or row["fate"] for row in mmhub.load_ledger("far", store=self.store)}


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    monkeypatch.setattr(Far, "root", str(tmp_path / "far"))
    fsspec.register_implementation("far", Far, clobber=True)
    for held in (Far.acts, Far.asked, Far.given):
        held.clear()
    return Bucket(tmp_path)


def raising(error):
    def act(file):
        file.close()
        raise error

    return act


class Cut(io.RawIOBase):
    """A file whose connection breaks, once, after so many bytes."""

    def __init__(self, file, after):
        self._file, self._left = file, after

    def seek(self, *args):
        return self._file.seek(*args)

    def read(self, size=-1):
        if self._left <= 0:
            raise ConnectionResetError(104, "reset by peer")
        self._left -= size
        return self._file.read(size)

    def close(self):
        self._file.close()


# -- values ----------------------------------------------------------------------------------------------------------


def test_a_file_on_a_file_system_arrives_as_it_is(bucket, get):
    urls = bucket.put("a b#1.jpg", b"some bytes"), bucket.put("empty", b""), bucket.put("page.jpg", b"<html>is a note")
    assert get(*urls, allow_addresses="far://bucket") == [b"some bytes", b"", b"<html>is a note"]


@pytest.mark.parametrize(
    ("error", "reason", "tries"),
    [
        (FileNotFoundError("gone"), "not-found", 1),
        (PermissionError("Access Denied"), "forbidden", 1),
        (RuntimeError("Unable to locate credentials"), "forbidden", 1),
        (TimeoutError(), "timeout", 2),
        (ConnectionResetError(104, "reset by peer"), "unreachable", 2),
        (RuntimeError("SlowDown"), "unreachable", 2),
    ],
)
def test_what_a_file_system_raises_has_its_reason(bucket, get, error, reason, tries):
    url = bucket.put("a", b"some bytes")
    bucket.on("a", raising(error))
    assert get(url, bucket.put("b", b"here"), allow_addresses="far://", tries=2) == [reason, b"here"]
    assert bucket.asked()["a"] == tries


def test_a_silent_file_system_is_left(bucket, get):
    url, ended = bucket.put("a", b"some bytes"), threading.Event()
    bucket.on("a", lambda file: (ended.wait(5), file)[1])
    assert get(url, allow_addresses="far://", tries=1, timeout_seconds=0.1) == ["timeout"]
    ended.set()


def test_limits_hold_for_file_systems_too(bucket, get):
    assert get(bucket.put("a", LARGE), allow_addresses="far://", most_mb=1) == ["too-large"]
    assert get("far://bucket/", "far://bucket/none", allow_addresses="far://") == ["not-found", "not-found"]


def test_a_large_file_goes_on_where_it_was_broken_off(bucket, get):
    url, starts = bucket.put("a", LARGE), []

    def act(file):
        if starts:
            return _Watched(file, starts)
        starts.append(0)
        return Cut(file, 2 << 20)

    bucket.on("a", act)
    assert get(url, allow_addresses="far://") == [LARGE]
    assert starts == [0, 2 << 20]


def test_a_file_that_changed_meanwhile_is_read_from_its_start(bucket, get):
    url = bucket.put("a", LARGE)

    def act(file):
        del Far.acts["bucket/a"]
        bucket.put("a", LARGE[::-1] + b"!")
        return Cut(file, 2 << 20)

    bucket.on("a", act)
    assert get(url, allow_addresses="far://") == [LARGE[::-1] + b"!"]


class _Watched:
    def __init__(self, file, starts):
        self._file, self._starts = file, starts

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def seek(self, start):
        self._starts.append(start)
        self._file.seek(start)

    def read(self, size):
        return self._file.read(size)


@pytest.mark.parametrize(
    ("url", "reason", "said"),
    [
        ("far://other/a", "refused-address", "`allow_addresses` among the downloads"),
        ("far://bucket-2/a", "refused-address", "far://bucket-2 is no place that the recipe reads from"),
        ("far://bucket/../other/a", "wrong-url", "without `..`"),
        ("FILE:///etc/passwd", "wrong-url", "of a file on this machine"),
        ("local://etc/passwd", "wrong-url", "of a file on this machine"),
        ("zip://a::http://127.0.0.1/a.zip", "wrong-url", "an address within another one"),
        ("far://bucket/a::file:///etc/passwd", "wrong-url", "an address within another one"),
        ("reference://x", "wrong-url", "of a file on this machine"),
        ("far://me:secret@bucket/a", "wrong-url", "may hold no password"),
        ("farr://bucket/a", "wrong-url", "no file system is known for farr://; did you mean 'far'"),
    ],
)
def test_rows_name_only_what_the_recipe_reads_from(bucket, get, url, reason, said):
    places = ("far://bucket", "farr://", "file://", "zip://", "local://", "reference://", "far://me:secret@bucket")
    assert get(url, allow_addresses=places) == [reason]
    assert said in get.messages[0]
    assert "secret" not in get.messages[0]


def test_a_package_that_is_not_installed_is_named(bucket, get, monkeypatch):
    fsspec.register_implementation("nowhere", "nowherefs.core.NowhereFileSystem", clobber=True)
    with pytest.raises(SourceError, match="what reads nowhere:// is not installed: run `pip install nowherefs`"):
        get("nowhere://bucket/a", allow_addresses="nowhere://")


def test_options_of_a_file_system_come_from_the_environment_and_stay_out_of_messages(bucket, get, monkeypatch):
    monkeypatch.setenv("FAR_SECRET", "hush-hush")
    options = {"far": {"anon": True, "client": {"secret": "$FAR_SECRET"}}}
    url = bucket.put("a", b"some bytes")
    bucket.on("a", raising(PermissionError("the secret hush-hush is wrong")))
    assert get(url, allow_addresses="far://", storage_options=options) == ["forbidden"]
    assert Far.given == [{"anon": True, "client": {"secret": "hush-hush"}}]
    assert get.messages == ["PermissionError: the secret *** is wrong"]
    monkeypatch.delenv("FAR_SECRET")
    with pytest.raises(SourceError, match="takes 'secret' from the environment, where 'FAR_SECRET' is not set"):
        get(url, allow_addresses="far://", storage_options=options)


# -- sources ---------------------------------------------------------------------------------------------------------


def test_a_folder_elsewhere_is_read_as_if_it_were_here(bucket):
    bucket.put("rows.csv", "id,image,label\na,images/a.jpg,x\nb,images/b.jpg,y\ngone,images/none.jpg,y\n")
    bucket.put("images/a.jpg", b"note 20")
    bucket.put("images/b.jpg", b"torn")
    first = bucket.build(fields=("image", "label"))
    assert bucket.fates() == {"a": "kept", "b": "torn", "gone": "not-found"}
    assert bucket.asked() == {"rows.csv": 1, "images/a.jpg": 1, "images/b.jpg": 1}
    held = mmhub.load("far", store=bucket.store)["train"].with_format("arrow")[:].to_pylist()
    assert [row["image"]["bytes"] for row in held] == [b"note 20"]
    second = bucket.build(fields=("image", "label"))
    assert (second.unchanged, second.identity, bucket.asked()) == (True, first.identity, {})


def test_of_what_changed_that_alone_is_fetched_again(bucket):
    for name in "abc":
        bucket.put(f"{name}.jpg", b"note 20")
    bucket.build()
    bucket.asked()
    bucket.put("b.jpg", b"note 31")
    (bucket.folder / "c.jpg").unlink()
    bucket.put("d.jpg", b"torn")
    bucket.build()
    assert bucket.fates() == {"a": "kept", "b": "kept", "d": "torn"}
    assert bucket.asked() == {"b.jpg": 1, "d.jpg": 1}


def test_texts_in_a_folder_elsewhere_are_read(bucket):
    bucket.put("a.jpg", b"note 20")
    bucket.put("a.txt", "words")
    bucket.put("b.jpg", b"note 30")
    bucket.put("b.txt", "others")
    bucket.on("b.txt", raising(PermissionError("Access Denied")))
    report = bucket.build(fields=("image", "text"))
    assert bucket.fates() == {"a": "kept", "b": "encoding"}
    said = (
        "1 file (b.txt) at far://bucket that could not be copied, the first: PermissionError: Access Denied (forbidden)"
    )
    assert said in report.notes
    Far.acts.clear()
    bucket.build(fields=("image", "text"))
    assert bucket.fates() == {"a": "kept", "b": "kept"}


@pytest.mark.parametrize("files", ["far://bucket/t/rows.csv", "far://bucket/t/*.csv"])
def test_a_table_elsewhere_names_files_beside_it_and_in_its_bucket(bucket, files):
    bucket.put("t/rows.csv", "id,image\na,images/a.jpg\nb,far://bucket/other/b.jpg\nc,far://secret/c.jpg\n")
    bucket.put("t/images/a.jpg", b"note 20")
    bucket.put("other/b.jpg", b"note 30")
    bucket.build("table", options={"files": files, "file_columns": ["image"]})
    assert bucket.fates() == {"a": "kept", "b": "kept", "c": "refused-address"}


def test_shards_elsewhere_are_copied_and_read(bucket, tmp_path):
    import tarfile

    (tmp_path / "7.jpg").write_bytes(b"note 20")
    with tarfile.open(bucket.folder / "s.tar", "w") as tar:
        tar.add(tmp_path / "7.jpg", "7.jpg")
    bucket.build("webdataset", options={"files": "far://bucket/*.tar"})
    assert bucket.fates() == {"7": "kept"}
    assert bucket.asked() == {"s.tar": 1}


def test_a_script_reads_from_elsewhere_too(bucket):
    bucket.put("rows.jsonl", json.dumps({"row_id": "a", "note": "a.note"}))
    bucket.put("a.note", b"note 20")
    bucket.build("notes", fields=("note",), options={"data_dir": "far://bucket"})
    assert bucket.fates() == {"a": "kept"}


SCRIPT = """
from pydantic import DirectoryPath
import mmhub

class Options(mmhub.Options):
    data_dir: DirectoryPath

recipe = mmhub.Recipe(name="far", fields={"note": mmhub.Column(modality="note")})

def rows(options, folder):
    for path in sorted(options.data_dir.glob("*.jpg")):
        yield {"row_id": path.stem, "note": path}
"""


def test_a_script_that_wants_a_folder_gets_one(bucket, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    bucket.put("a.jpg", b"note 20")
    request = Request(str(tmp_path / "script.py"), data_dir="far://bucket", store=bucket.store, workers=1)
    run.build(request, offers=OFFERS)
    assert bucket.fates() == {"a": "kept"}
    with pytest.raises(RecipeError, match="cannot take data_dir = 'nowhere'"):
        get_ready(replace(request, data_dir="nowhere"), offers=OFFERS)


def test_a_plan_reads_what_the_last_build_has_copied(bucket, monkeypatch):
    monkeypatch.setattr("mmhub.plugins.discover", lambda: OFFERS)
    bucket.put("rows.csv", "id,image\na,a.jpg\n")
    bucket.put("a.jpg", b"note 20")
    with pytest.raises(SourceError, match="'far://bucket' is not in the store yet, and a plan uses no network"):
        outlook(bucket.request(), lambda *_: None)
    bucket.build()
    bucket.asked()
    Far.given.clear()
    assert outlook(bucket.request(), lambda *_: None)["rows"]["read"] == 1
    assert (bucket.asked(), Far.given) == ({}, [])


def test_what_cannot_be_read_at_all_is_one_sentence_with_the_address(bucket):
    with pytest.raises(SourceError, match=r"'far://bucket/none' cannot be read \(not-found\): there is nothing at"):
        bucket.build(options={"data_dir": "far://bucket/none"})
    bucket.put("rows.csv", b"")
    with pytest.raises(SourceError, match=r"the table 'far://bucket/rows.csv' is empty"):
        bucket.build("table")
    bucket.on("rows.csv", raising(PermissionError("Access Denied")))
    bucket.put("rows.csv", "id,image\n")
    with pytest.raises(SourceError, match=r"'far://bucket/rows.csv' cannot be read: .*Access Denied \(forbidden\)"):
        bucket.build("table")
    with pytest.raises(SourceError, match=r"'zip://a\.csv::far:/b' cannot be read: an address within another"):
        bucket.build("table", options={"files": "zip://a.csv::far://b"})


def test_a_recipe_is_started_from_elsewhere(bucket, monkeypatch):
    monkeypatch.setenv("MMHUB_HOME", str(bucket.store))
    bucket.put("rows.csv", "id,image_path,caption\na,images/a.jpg,words in a row\n")
    bucket.put("images/a.jpg", b"note 20")
    offers = plugins.collect({})
    offers = replace(offers, modalities={**OFFERS.modalities, "image": OFFERS.modalities["note"]})
    text = starter("far", "folder", "far://bucket", offers).text
    assert '    data_dir: "far://bucket"\n' in text
    assert "  image: {modality: image, required: true}\n" in text
    assert bucket.asked() == {"rows.csv": 1}


def test_no_secret_is_kept(bucket):
    bucket.put("rows.csv", "id,image\na,a.jpg\nb,far://bucket/b.jpg\n")
    bucket.put("a.jpg", b"note 20")
    bucket.build("table", storage_options={"far": {"key": "hush-hush"}})
    assert {"key": "hush-hush"} in Far.given
    held = [path.read_bytes() for path in bucket.store.rglob("*") if path.is_file()]
    assert not any(b"hush-hush" in data for data in held)


def test_the_identity_does_not_depend_on_where_a_source_lies(bucket):
    bucket.put("rows.csv", "id,image\na,a.jpg\n")
    bucket.put("a.jpg", b"note 20")
    far = bucket.build()
    here = bucket.build(options={"data_dir": bucket.folder})
    assert here.identity == far.identity


def test_memory_is_a_file_system_like_any_other(bucket):
    memory = fsspec.filesystem("memory")
    memory.pipe({"/box/rows.jsonl": json.dumps({"id": "a", "image": "a.jpg"}).encode(), "/box/a.jpg": b"note 20"})
    bucket.build(options={"data_dir": "memory://box"})
    assert bucket.fates() == {"a": "kept"}
    memory.rm("/box", recursive=True)


def test_options_with_addresses_allow_their_place_alone(bucket):
    ready = get_ready(bucket.request("table", options={"files": "far://bucket/t/rows.csv"}), offers=OFFERS)
    assert ready.recipe.source.downloads.allow_addresses == ("far://bucket",)
    ready = get_ready(bucket.request("table", options={"files": "hf://datasets/me/mine/t/rows.csv"}), offers=OFFERS)
    assert ready.recipe.source.downloads.allow_addresses == ("hf://datasets/me/mine",)
