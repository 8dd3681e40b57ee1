import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import feather

from mmhub.errors import SourceError, Undecodable
from mmhub.operators import Media
from mmhub.places.records import Form, Record, records

WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=20)


def test_a_csv_file_is_a_row_for_each_line(read, put):
    table = put("rows.csv", 'ID,Caption,Year\n1,"a cat, asleep",1999\n2,,2001\n')
    found = read("table", files=table)
    assert found.rows == [
        {"ID": "1", "Caption": "a cat, asleep", "Year": "1999", "id": "1", "caption": "a cat, asleep", "year": "1999"}
        | {"row_id": "1", "split": None},
        {"ID": "2", "Caption": None, "Year": "2001", "id": "2", "caption": None, "year": "2001"}
        | {"row_id": "2", "split": None},
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_what_parts_values_is_seen_in_the_first_line(read, put, sign):
    table = put("rows.csv", f"id{sign}a{sign}b\n1{sign}x{sign}y\n")
    assert read("table", files=table).column("b") == {"1": "y"}


def test_one_bad_line_costs_one_line_and_is_named(read, put):
    lines = [
        b"id,caption,label",
        b"1,good,x",
        b"2,too,many,values",
        b"3,bad \xff,x",
        b'4,"open,x',
        b"5,few",
        b"6,good,y",
    ]
    found = read("table", files=put("rows.csv", b"\r\n".join(lines) + b"\r\n"))
    assert list(found.column("caption").items()) == [("1", "good"), ("6", "good")]
    assert [each.message for each in found.lost] == [
        "rows.csv:3: expected 3 values, found 4",
        "rows.csv:4: it is not UTF-8",
        "rows.csv:5: unexpected end of data",
        "rows.csv:6: expected 3 values, found 2",
    ]


def test_a_line_of_json_that_is_cut_off_costs_itself(read, put):
    table = put("rows.jsonl", '{"id": 1, "n": 2}\n\n{"id": 2, "n"\n[3]\n{"id": 4, "n": 5}\n')
    found = read("table", files=table)
    assert found.column("n") == {"1": 2, "4": 5}
    assert [(each.row_id, each.message.partition(" (")[0]) for each in found.lost] == [
        ("rows.jsonl:3", "rows.jsonl:3: it is no JSON: Expecting ':' delimiter: line 2 column 1"),
        ("rows.jsonl:4", "rows.jsonl:4: expected an object, found list"),
    ]


def test_a_list_of_json_that_is_not_utf8_is_an_error(read, put):
    table = put("c.json", '[{"id": 1},\n {"café": 2}]'.encode("latin-1"))
    with pytest.raises(SourceError, match=r"^c\.json:2: it is not UTF-8: save '.*c\.json' in UTF-8$"):
        read("table", files=table)


def test_a_json_file_with_a_list_is_a_table_too_and_one_that_is_cut_off_is_an_error(read, put):
    assert read("table", files=put("a.json", '[{"id": 1},\n {"id": 2}]')).column("id") == {"1": 1, "2": 2}
    with pytest.raises(SourceError, match=r"b\.json:2: it is no JSON"):
        read("table", files=put("b.json", '[{"id": 1},\n {"id": 2'))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "is empty"),
        ("a.csv", "a,b,a\n1,2,3\n", "a.csv:1: two columns are called 'a'"),
        ("a.csv", "id,a\n1,2\n".encode("utf-16"), "is in UTF-16: save it in UTF-8"),
        ("a.jsonl", "\n", "is empty"),
        ("a.parquet", "PAR1 not", "is no Parquet file, or is damaged"),
        ("a.arrow", "ARROW1", "is no Arrow file, or is damaged"),
        ("a.xls", "x", "is no table that can be read"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_an_error(read, put, name, content, said):
    with pytest.raises(SourceError, match=said):
        read("table", files=put(name, content))


def test_what_cannot_part_values_is_told(read, put):
    with pytest.raises(SourceError, match=r"`delimiter` is '.*': expected one sign"):
        read("table", files=put("t.csv", "a,b\n1,2\n"), delimiter="::")


def test_a_table_without_rows_says_so(read, put):
    assert read("table", files=put("t.csv", "a,b\n")).remarks == ["the table t.csv has no rows"]


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_two_columns_of_one_name_are_an_error_in_any_form(read, tmp_path, form):
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    file = tmp_path / f"t.{form}"
    pq.write_table(table, file) if form == "parquet" else feather.write_feather(table, str(file), version=2)
    with pytest.raises(SourceError, match=rf"'t\.{form}': two columns are called 'a': rename one"):
        read("table", files=file)


def test_a_line_that_is_too_long_costs_itself(read, put, monkeypatch):
    monkeypatch.setattr("mmhub.places.lines.MOST_BYTES", 64)
    monkeypatch.setattr("mmhub.places.json_records.MOST_BYTES", 64)
    long = json.dumps({"id": 2, "a": "x" * 500})
    found = read("table", files=put("t.jsonl", f'{{"id": 1}}\n{long}\n{{"id": 3}}\n'))
    assert [row["row_id"] for row in found.rows] == ["1", "3"]
    assert [(each.row_id, each.reason) for each in found.lost] == [("t.jsonl:2", "malformed")]
    monkeypatch.setattr("mmhub.places.csv_records._LONGEST_VALUE", 50)
    found = read("table", files=put("t.csv", f"id,a\n1,{'x' * 500}\n2,y\n"))
    assert found.column("a") == {"2": "y"}


def test_nested_values_are_json_and_media_in_lists_are_media(read, tmp_path):
    table = pa.table(
        {
            "id": [1],
            "struct": [{"a": 1}],
            "map": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
            "images": [[{"bytes": b"abc", "path": None}]],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    (row,) = read("table", files=tmp_path / "t.parquet").rows
    assert (row["struct"], row["map"], row["images"]) == ('{"a": 1}', '[["k", 1]]', [Media(data=b"abc")])


def test_no_file_is_an_error_and_so_is_a_column_that_is_not_there(read, put, tmp_path):
    with pytest.raises(SourceError, match="there is no table"):
        read("table", files=tmp_path / "*.csv")
    with pytest.raises(SourceError, match="'nmae' that is not there: there are name, b; did you mean 'name'"):
        read("table", files=put("a.csv", "name,b\n1,2\n"), id="nmae")


def test_rows_without_ids_are_numbered_with_the_file_where_there_are_several(read, put, tmp_path):
    put("b.csv", "a,b\nx,1\n")
    put("a.csv", "a,b\ny,1\nbad\nz,1\n")
    one = read("table", files=tmp_path / "a.csv")
    assert list(one.column("a")) == ["000000", "000002"]
    assert one.lost[0].row_id == "000001"
    both = read("table", files="*.csv", data_dir=tmp_path)
    assert list(both.column("a")) == ["a.csv:000000", "a.csv:000002", "b.csv:000000"]


def test_a_column_of_names_of_files_is_known_by_its_values(read, put, tmp_path):
    put("sub/rows.csv", "id,picture_path,caption,page\n1,a.jpg,see a.jpg there,https://x.org/a.jpg\n2,b.png,two,\n")
    (one, two) = read("table", files=tmp_path / "sub" / "rows.csv").rows
    assert one["picture"] == str(tmp_path / "sub" / "a.jpg")
    assert (one["caption"], one["page"]) == ("see a.jpg there", "https://x.org/a.jpg")
    assert two["page"] is None


def test_names_of_files_can_be_told_from_words_by_an_option(read, put, tmp_path):
    table = put("rows.csv", "id,a,b\n1,x.jpg,y\n")
    row = read("table", files=table, file_columns=["B"]).rows[0]
    assert (row["a"], row["b"]) == ("x.jpg", str(tmp_path / "y"))


def test_a_file_beside_a_table_is_refused_where_it_lies_outside(read, put):
    found = read("table", files=put("rows.csv", "id,image\n1,/etc/a.jpg\n")).column("image")
    assert isinstance(found["1"], Undecodable)
    assert found["1"].reason == "outside-folder"


TABLE = pa.table(
    {
        "id": [1, 2, 3],
        "image": pa.array(
            [{"bytes": b"one", "path": "1.jpg"}, None, {"bytes": b"three", "path": None}],
            pa.struct([("bytes", pa.binary()), ("path", pa.string())]),
        ),
        "sound": pa.array([None, b"two", b""], pa.binary()),
        "tags": [["a", "b"], [], None],
    }
)


def write(path, table, form):
    if form == "parquet":
        pq.write_table(table, path)
        return
    compression = "zstd" if form == "packed" else None
    make = pa.ipc.new_stream if form == "stream" else pa.ipc.new_file
    with make(str(path), table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as sink:
        sink.write_table(table, max_chunksize=2)


@pytest.mark.parametrize("form", ["parquet", "stream", "file", "packed"])
def test_bytes_are_read_from_columns_as_datasets_writes_them(read, tmp_path, form):
    path = tmp_path / ("t.parquet" if form == "parquet" else "t.arrow")
    write(path, TABLE, form)
    found = read("table", files=path)
    assert found.held("image") == [b"one", None, b"three"]
    assert found.held("sound") == [None, b"two", b""]
    assert list(found.column("tags").values()) == [["a", "b"], [], None]


def test_bytes_that_an_arrow_file_holds_plain_stay_where_they_are(read, tmp_path):
    write(tmp_path / "t.arrow", TABLE, "stream")
    part = read("table", files=tmp_path / "t.arrow").column("image")["3"]
    assert (part.data, part.path, part.length) == (None, str(tmp_path / "t.arrow"), 5)


@settings(max_examples=30)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5))
def test_what_csv_writes_is_read_as_it_was(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("a", "b"), *rows])
    found = [each.values for each in records(path, Form()) if isinstance(each, Record)]
    assert found == [{"a": a or None, "b": b or None} for a, b in rows]


@settings(max_examples=30)
@given(st.lists(st.dictionaries(WORDS, st.none() | st.booleans() | st.integers() | WORDS), min_size=1, max_size=5))
def test_what_json_writes_is_read_as_it_was(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("json") / "t.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    assert [each.values for each in records(path, Form()) if isinstance(each, Record)] == rows


def test_bytes_of_a_packed_table_are_copied_and_are_read_there_in_one_copy_at_a_time(read, tmp_path):
    (tmp_path / "kept").mkdir()
    for _ in range(2):
        pq.write_table(TABLE, tmp_path / "t.parquet")
        found = read("table", tmp_path / "kept", files=tmp_path / "t.parquet")
        assert found.held("image") == [b"one", None, b"three"]
        (copy,) = (tmp_path / "kept").iterdir()
        assert found.column("image")["1"].path == str(copy)
