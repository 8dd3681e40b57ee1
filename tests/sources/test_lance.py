from importlib.util import find_spec

import pyarrow as pa
import pytest

from mmhub.errors import SourceError

installed = pytest.mark.skipif(find_spec("lance") is None, reason="pylance is not installed")
PAIRS = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
TABLE = pa.table(
    {
        "id": ["a", "b", "c"],
        "image": pa.array([{"bytes": b"one", "path": "1.jpg"}, None, {"bytes": b"three", "path": None}], PAIRS),
        "sound": pa.array([None, b"two", b""], pa.binary()),
        "tags": [["x", "y"], [], None],
        "picture_path": ["a.jpg", "sub/b.png", "/etc/c.jpg"],
        "page": ["https://x.org/a.jpg", None, None],
    }
)


@pytest.fixture
def written(tmp_path):
    """A function that writes a further version of a Lance dataset, and returns its path."""
    import lance

    def write(table, name="rows.lance", mode="create"):
        lance.write_dataset(table, tmp_path / name, mode=mode, max_rows_per_file=2)
        return tmp_path / name

    return write


@installed
@pytest.mark.parametrize("kept", [True, False])
def test_a_lance_dataset_is_a_table(read, written, tmp_path, kept):
    (tmp_path / "kept").mkdir()
    found = read("table", tmp_path / "kept" if kept else None, files=written(TABLE))
    assert found.held("image") == [b"one", None, b"three"]
    assert found.held("sound") == [None, b"two", b""]
    assert found.column("tags") == {"a": ["x", "y"], "b": [], "c": None}
    assert found.column("page") == {"a": "https://x.org/a.jpg", "b": None, "c": None}
    pictures = list(found.column("picture").values())
    assert pictures[:2] == [str(tmp_path / "a.jpg"), str(tmp_path / "sub" / "b.png")]
    assert pictures[2].reason == "outside-folder"


@installed
def test_bytes_of_a_lance_dataset_are_copied_once_and_anew_when_there_is_another_version(read, written, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    place = written(TABLE)
    first = read("table", kept, files=place)
    (copy,) = kept.iterdir()
    made = copy.stat().st_mtime_ns
    assert first.column("image")["a"].path == str(copy)
    read("table", kept, files=place)
    assert copy.stat().st_mtime_ns == made
    written(TABLE.slice(0, 1), mode="overwrite")
    assert list(read("table", kept, files=place).column("sound")) == ["a"]
    assert len(list(kept.iterdir())) == 1


@installed
def test_an_earlier_version_of_a_lance_dataset_is_read_by_its_number(read, written):
    written(pa.table({"id": [1], "n": [5]}))
    place = written(pa.table({"id": [2], "n": [6]}), mode="append")
    assert read("table", files=place).column("n") == {"1": 5, "2": 6}
    assert read("table", files=place, version=1).column("n") == {"1": 5}
    with pytest.raises(SourceError, match=r"rows\.lance' is no Lance dataset, or has no version 7"):
        read("table", files=place, version=7)


@installed
def test_rows_of_a_lance_dataset_are_read_a_few_at_a_time_without_those_that_were_deleted(read, written):
    import lance

    place = written(pa.table({"id": range(40), "sound": [bytes([n]) * (1 << 20) for n in range(40)]}))
    lance.dataset(place).delete("id % 10 = 3")
    found = read("table", files=place)
    assert found.held("sound") == [bytes([n]) * (1 << 20) for n in range(40) if n % 10 != 3]


@installed
def test_blobs_of_a_lance_dataset_are_bytes(read, written, tmp_path):
    blob = pa.field("blob", pa.large_binary(), metadata={"lance-encoding:blob": "true"})
    values = [pa.array([1, 2]), pa.array([b"one", None], pa.large_binary())]
    table = pa.table(values, pa.schema([("id", "int64"), blob]))
    assert read("table", tmp_path, files=written(table)).held("blob") == [b"one", None]


@installed
def test_what_is_no_lance_dataset_or_is_damaged_is_an_error(read, written, put, tmp_path):
    put("empty.lance/some.txt")
    with pytest.raises(SourceError, match=r"empty\.lance' is no Lance dataset$"):
        read("table", files=tmp_path / "empty.lance")
    place = written(TABLE)
    for each in (place / "data").iterdir():
        each.write_bytes(each.read_bytes()[:40])
    with pytest.raises(SourceError, match=r"the Lance dataset .*rows\.lance' is damaged"):
        read("table", files=place)


@pytest.mark.skipif(find_spec("lance") is not None, reason="pylance is installed")
def test_without_pylance_it_is_said_what_to_install(read, put, tmp_path):
    put("rows.lance/_versions/1.manifest")
    with pytest.raises(SourceError, match=r"to read the Lance dataset .* takes `pip install 'mmhub\[lance\]'`"):
        read("table", files=tmp_path / "rows.lance")
