import gzip
import io
import tarfile

import pytest
from bench import NUMBER, OFFERS

import mmhub
from mmhub import Column, From, Recipe, run
from mmhub.errors import SourceError
from mmhub.operators import Media
from mmhub.request import Request
from mmhub.store import Store
from mmhub.takedown.erasing import amounts, erase
from mmhub.takedown.purging import purge


def shard(members, links=()):
    """Return the bytes of a tar file with some members, and links by their name and what they point to."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for name, target in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    return stream.getvalue()


PAIRS = [("a/1.jpg", b"picture 1"), ("a/1.txt", b"one\n"), ("a/1.json", b'{"width": 3, "tags": ["x"]}')]
MORE = [("a/2.JPG", b"picture 2"), ("a/2.cls", b"7"), ("a/2.seg.png", b"mask")]


def test_members_of_one_name_are_a_row(read, put, tmp_path):
    put("s-0.tar", shard(PAIRS + MORE))
    one, two = read("webdataset", files=tmp_path / "s-*.tar").rows
    assert (one["row_id"], one["text"], one["width"], one["tags"]) == ("a/1", "one", 3, ["x"])
    assert (two["row_id"], two["cls"], two["text"]) == ("a/2", "7", None)
    assert [each.read() for each in (one["image"], one["jpg"], two["image"])] == [b"picture 1"] * 2 + [b"picture 2"]
    assert two["seg.png"].read() == b"mask"
    assert one["image"].data is None


def test_the_text_of_a_row_may_stand_in_its_json(read, put):
    path = put("s.tar", shard([("1.json", b'{"caption": "said"}')]))
    assert read("webdataset", files=path).column("text") == {"1": "said"}


def test_a_shard_that_is_compressed_is_unpacked_once(read, put, tmp_path):
    path = put("s.tar.gz", gzip.compress(shard(PAIRS)))
    (tmp_path / "kept").mkdir()
    for _ in range(2):
        (row,) = read("webdataset", tmp_path / "kept", files=path).rows
        assert row["image"].read() == b"picture 1"
        (unpacked,) = (tmp_path / "kept").iterdir()
        assert row["image"].path == str(unpacked)


def test_a_shard_that_unpacks_to_more_than_is_allowed_is_an_error(read, put, tmp_path):
    path = put("s.tar.gz", gzip.compress(bytes(20 << 20)))
    with pytest.raises(SourceError, match=r"'s\.tar\.gz' becomes larger than 0\.01 GB"):
        read("webdataset", tmp_path, files=path, most_unpacked_gb=0.01)
    assert [each.name for each in tmp_path.iterdir()] == ["s.tar.gz"]


def test_links_are_left_out_and_names_that_lead_elsewhere_are_but_names(read, put, tmp_path):
    put("secret.jpg", "secret")
    path = put("s.tar", shard([("../1.jpg", b"inside")], links=[("2.jpg", "secret.jpg")]))
    found = read("webdataset", files=path)
    assert [each.read() for each in found.column("image").values()] == [b"inside"]
    assert found.remarks == ["1 member (2.jpg) of shards that are links or no files: left out"]


def test_a_damaged_header_costs_what_follows_and_says_where(read, put):
    data = bytearray(shard(PAIRS + MORE))
    data[3 * 1024] ^= 255
    found = read("webdataset", files=put("s.tar", bytes(data)))
    assert list(found.column("text")) == ["a/1"]
    assert [(each.row_id, each.reason) for each in found.lost] == [("s.tar:3072", "malformed")]


def test_what_is_no_tar_file_or_not_there_is_an_error(read, put, tmp_path):
    with pytest.raises(SourceError, match=r"'s\.tar' is no tar file"):
        read("webdataset", files=put("s.tar", b"no tar" * 200))
    with pytest.raises(SourceError, match="there is no shard"):
        read("webdataset", files=tmp_path / "*.tar.gz")


def test_media_are_measured_and_published_from_where_they_lie_in_a_shard(put, tmp_path):
    path = put("s.tar", shard([("1.note", b"note 12"), ("2.note", b"note 40"), ("3.note", b"torn")]))
    recipe = Recipe(
        name="notes",
        source=From(use="webdataset", options={"files": path}),
        fields={"note": Column(modality="note")},
        steps=(NUMBER,),
    )
    request = Request(recipe=recipe, store=tmp_path / "store", workers=1)
    report = run.build(request, offers=OFFERS)
    assert (report.rows["kept"], report.rows["quarantined"], report.decoded) == (2, 1, 3)
    rows = mmhub.load("notes", store=tmp_path / "store")["train"].with_format("arrow")[:]
    assert [each["bytes"] for each in rows["note"].to_pylist()] == [b"note 12", b"note 40"]
    again = run.build(request, offers=OFFERS)
    assert (again.unchanged, again.decoded) == (True, 0)


def test_a_part_of_a_file_that_has_been_cut_off_says_so(tmp_path):
    (tmp_path / "short").write_bytes(b"123")
    part = Media(path=str(tmp_path / "short"), offset=2, length=4)
    assert part.size() == 4
    with pytest.raises(EOFError, match="ends 3 bytes before"):
        part.read()


def test_a_purge_leaves_no_copy_of_a_shard_behind(put, tmp_path):
    notes = [(f"{n}.note", f"note {n}0 secret" * 4) for n in (2, 3)]
    path = put("s.tar.gz", gzip.compress(shard([(name, text.encode()) for name, text in notes])))
    recipe = Recipe(
        name="notes",
        source=From(use="webdataset", options={"files": path}),
        fields={"note": Column(modality="note")},
    )
    run.build(Request(recipe=recipe, store=tmp_path / "store", workers=1), offers=OFFERS)
    store = Store.at(tmp_path / "store")
    assert list(store.sources.glob("*/*.tar"))
    with store.held_alone():
        asked = purge(store, "notes", ("2",), reason="court order", date="2026-01-02T03:04:05+00:00")
        assert amounts(asked, store).sources >= 1
        erase(asked, store, reason="court order", date="2026-01-02T03:04:05+00:00")
    assert not list(store.sources.glob("*/*.tar"))
