import pytest

from mmhub.errors import SourceError, Undecodable


def value(found):
    return (found.reason, found.message) if isinstance(found, Undecodable) else found


def test_a_table_names_the_files_of_each_row(read, put, tmp_path):
    picture, sound = put("images/one.jpg"), put("audios/one.wav")
    put("texts/one.txt", "a red ball\n")
    put(
        "metadata.csv",
        "ID,Image_Path,Text_Path,Audio_Path,Label\n7,images/one.jpg,texts/one.txt,audios/one.wav,toy\n",
    )
    (row,) = read("folder", data_dir=tmp_path).rows
    assert row["row_id"] == "7"
    fields = {name: row[name] for name in ("image", "text", "audio", "label")}
    assert fields == {"image": str(picture), "text": "a red ball", "audio": str(sound), "label": "toy"}
    assert row["Image_Path"] == row["image_path"] == row["image"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"text": "said"}', "said"),
        ('{"id": 3, "Caption": "said"}', "said"),
        ('["one", "two"]', ["one", "two"]),
        ('"said"', "said"),
        ('\ufeff["one"]', ["one"]),
    ],
)
def test_a_json_file_of_text_holds_it_under_a_key_or_is_it(read, put, tmp_path, content, text):
    put("metadata.csv", "id,text_path\n1,texts/a.json\n")
    put("texts/a.json", content)
    assert read("folder", data_dir=tmp_path).column("text") == {"1": text}


def test_what_is_wrong_with_a_text_is_said_in_its_place(read, put, tmp_path):
    put("metadata.csv", "id,text_path\n1,gone.txt\n2,latin.txt\n3,torn.json\n4,number.json\n")
    put("latin.txt", "caf\xe9".encode("latin-1"))
    put("torn.json", '{"text": "sai')
    put("number.json", "7")
    found = read("folder", data_dir=tmp_path).column("text")
    assert [value(each)[0] for each in found.values()] == ["not-found", "encoding", "malformed", "malformed"]
    assert value(found["2"])[1] == "it is not UTF-8 at byte 3"


def test_files_that_no_row_names_are_told(read, put, tmp_path):
    for name in ("a", "b", "c"):
        put(f"images/{name}.jpg")
    put("metadata.csv", "id,image\n1,images/b.jpg\n")
    found = read("folder", data_dir=tmp_path)
    assert found.remarks == ["2 files (images/a.jpg, images/c.jpg) that no row of metadata.csv names"]


def test_a_table_none_of_whose_files_is_there_is_an_error(read, put, tmp_path):
    put("images/a.jpg")
    put("metadata.csv", "id,image\n1,a.jpg\n")
    with pytest.raises(SourceError, match=r"no file that metadata\.csv names .*'a\.jpg': names are rel"):
        read("folder", data_dir=tmp_path)


def test_a_file_outside_of_the_folder_is_refused_unless_that_is_allowed(read, put, tmp_path):
    put("secret.txt", "secret")
    put("in/metadata.csv", "id,text_path\n1,../secret.txt\n2,link.txt\n3,b.txt\n")
    put("in/b.txt", "b")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "secret.txt")
    refused = read("folder", data_dir=tmp_path / "in").column("text")
    assert [value(refused[n])[0] for n in "12"] == ["outside-folder"] * 2
    assert refused["3"] == "b"
    allowed = read("folder", data_dir=tmp_path / "in", anywhere=True).column("text")
    assert allowed == {"1": "secret", "2": "secret", "3": "b"}


def test_a_link_within_the_folder_is_followed(read, put, tmp_path):
    put("b.txt", "b")
    (tmp_path / "link.txt").symlink_to("b.txt")
    put("metadata.csv", "id,text_path\n1,link.txt\n")
    assert read("folder", data_dir=tmp_path).column("text") == {"1": "b"}


def test_links_that_lead_nowhere_or_round_in_a_circle_are_left_out(read, put, tmp_path):
    put("a.jpg")
    (tmp_path / "circle.jpg").symlink_to("circle.jpg")
    (tmp_path / "all").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.jpg").symlink_to("none.jpg")
    assert [row["row_id"] for row in read("folder", data_dir=tmp_path).rows] == ["a"]


def test_letters_of_a_name_may_be_written_in_other_signs(read, put, tmp_path):
    composed, parted = "caf\u00e9", "cafe\u0301"
    put(f"by_name/{parted}.jpg")
    put(f"by_name/{composed}.txt", "words")
    assert read("folder", data_dir=tmp_path / "by_name").column("text") == {composed: "words"}
    put(f"table/{parted}.jpg")
    put("table/metadata.csv", f"id,image\n1,{composed}.jpg\n")
    found = read("folder", data_dir=tmp_path / "table")
    assert (found.column("image"), found.remarks) == ({"1": str(tmp_path / "table" / f"{parted}.jpg")}, [])


def test_odd_names_of_files_are_names(read, put, tmp_path):
    for name in ("a b", "-dash", "a.b.c", "tab\there", "new\nline"):
        put(f"{name}.jpg")
        put(f"{name}.txt", name)
    put("last\n.jpg")
    found = read("folder", data_dir=tmp_path)
    assert found.column("text") == {name: name for name in ("a b", "-dash", "a.b.c", "tab\there", "new\nline")} | {
        "last\n": None
    }
    assert found.remarks == [r"1 file (last\n.jpg) without anything else of that name: a row with image alone"]


def test_a_table_written_on_windows_is_read(read, put, tmp_path):
    picture = put("images/one.jpg")
    put("metadata.csv", b"\xef\xbb\xbfID,Image_Path,Label\r\n7,images\\one.jpg,toy\r\n")
    assert read("folder", data_dir=tmp_path).column("image") == {"7": str(picture)}


def test_rows_without_ids_are_called_as_their_first_file(read, put, tmp_path):
    put("train/a.jpg")
    put("train/metadata.jsonl", '{"file_name": "a.jpg", "label": 3}\n{"file_name": null, "label": 4}\n')
    found = read("folder", data_dir=tmp_path)
    assert [(row["row_id"], row["split"], row["label"]) for row in found.rows] == [("a", "train", 3)]
    assert found.rows[0]["image"].endswith("train/a.jpg")
    assert [(each.row_id, each.reason) for each in found.lost] == [("metadata.jsonl:2", "no-id")]


def test_without_a_table_files_of_one_name_belong_together(read, put, tmp_path):
    for name in ("images/one.jpg", "Texts/one.json", "audios/one.wav", "video/two.mp4", "images/two.png"):
        put(name, '{"text": "one"}')
    found = read("folder", data_dir=tmp_path)
    assert list(found.column("image")) == ["one", "two"]
    one, two = found.rows
    assert (one["text"], one["video"], two["text"]) == ("one", None, None)
    assert two["video"] == str(tmp_path / "video/two.mp4")


def test_files_without_a_partner_and_files_of_no_kind_are_told(read, put, tmp_path):
    for name in ("images/a.jpg", "images/b.jpg", "texts/a.txt", "notes.xyz"):
        put(name)
    assert read("folder", data_dir=tmp_path).remarks == [
        "1 file (notes.xyz) of no kind that is known: left out",
        "1 file (images/b.jpg) without anything else of that name: a row with image alone",
    ]


def test_a_folder_in_which_nothing_belongs_together_is_an_error(read, put, tmp_path):
    put("images/a.jpg")
    put("texts/b.txt")
    with pytest.raises(SourceError, match=r"no two files have one name .*'images/a\.jpg' and 'texts/b\.txt'"):
        read("folder", data_dir=tmp_path)


def test_a_folder_of_pictures_alone_is_a_row_for_each(read, put, tmp_path):
    for name in ("cats/a.jpg", "dogs/a.jpg", "c.JPEG", ".hidden.jpg"):
        put(name)
    found = read("folder", data_dir=tmp_path)
    assert found.column("folder") == {"c": None, "cats/a": "cats", "dogs/a": "dogs"}
    assert found.remarks == []


def test_folders_of_splits_are_splits(read, put, tmp_path):
    for name in ("train/images/a.jpg", "val/images/a.jpg", "val/texts/a.txt"):
        put(name)
    assert read("folder", data_dir=tmp_path).column("split") == {"train/a": "train", "val/a": "validation"}


def test_two_pictures_of_one_name_are_two_rows_of_one_id(read, put, tmp_path):
    put("a.jpg")
    put("a.png")
    assert [row["row_id"] for row in read("folder", data_dir=tmp_path).rows] == ["a", "a"]


def test_which_of_several_tables_is_meant_has_to_be_said(read, put, tmp_path):
    put("a.csv", "id,label\n1,x\n")
    put("b.csv", "id,label\n1,y\n")
    put("c.jpg")
    with pytest.raises(SourceError, match=r"several tables .*: a\.csv, b\.csv; say which with `--set source\.metadata"):
        read("folder", data_dir=tmp_path)
    assert read("folder", data_dir=tmp_path, metadata="b.csv").column("label") == {"1": "y"}
    assert list(read("folder", data_dir=tmp_path, metadata="none").column("image")) == ["c"]


def test_a_folder_that_is_not_there_or_holds_nothing_is_an_error(read, tmp_path):
    with pytest.raises(SourceError, match="there is no folder"):
        read("folder", data_dir=tmp_path / "none")
    with pytest.raises(SourceError, match="holds no pictures, texts, sounds or videos"):
        read("folder", data_dir=tmp_path)


def test_files_of_rarer_formats_are_found_by_the_ends_of_their_names(read, put, tmp_path):
    for name in ("a.wv", "b.wv", "a.ts", "b.asf"):
        put(name)
    rows = read("folder", data_dir=tmp_path).rows
    assert [(row["audio"][-4:], row["video"][-4:]) for row in rows] == [("a.wv", "a.ts"), ("b.wv", ".asf")]
