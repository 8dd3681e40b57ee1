import pytest
from bench import NUMBER, OFFERS

import mmhub
from mmhub import Column, From, Recipe, run
from mmhub.errors import SourceError
from mmhub.request import Request

FIELDS = {"note": Column(modality="note"), "n": Column(modality="int64")}


@pytest.fixture
def build(put, tmp_path):
    """A function that builds a table of notes, by the lines of a CSV file."""

    def built(lines, fields=FIELDS, **request):
        put("rows.csv", "id,note_path,n\n" + "".join(f"{line}\n" for line in lines))
        options = {"files": tmp_path / "rows.csv", "file_columns": ["note_path"]}
        recipe = Recipe(name="notes", source=From(use="table", options=options), fields=fields, steps=(NUMBER,))
        return run.build(Request(recipe=recipe, store=tmp_path / "store", workers=1, **request), offers=OFFERS)

    return built


def fates(tmp_path):
    table = mmhub.load_ledger("notes", store=tmp_path / "store")
    return {row["row_id"]: (row["fate"], row["reason"], row["message"]) for row in table}


def test_every_line_has_a_fate_and_a_bad_one_says_where_it_is(build, put, tmp_path):
    put("a.note", "note 12")
    report = build(["1,a.note,5", "2,a.note", "3,gone.note,6", "4,../x.note,7", "5,,8", "6,a.note,five"])
    assert report.rows["read"] == 6
    found = fates(tmp_path)
    assert {row_id: fate[:2] for row_id, fate in found.items()} == {
        "1": ("kept", ""),
        "rows.csv:3": ("quarantined", "malformed"),
        "3": ("quarantined", "not-found"),
        "4": ("quarantined", "outside-folder"),
        "5": ("kept", ""),
        "6": ("quarantined", "wrong-type"),
    }
    assert found["rows.csv:3"][2] == "rows.csv:3: expected 3 values, found 2"
    assert str(tmp_path) not in str(found)


def test_ids_splits_and_texts_that_are_no_unicode_are_kept_as_they_can_be(put, tmp_path):
    put("rows.jsonl", '{"id": "\\ud800", "split": "\\udfff", "n": 1}\n{"id": "b", "n": 2}\n')
    fields = {"n": Column(modality="int64")}
    source = From(use="table", options={"files": tmp_path / "rows.jsonl"})
    recipe = Recipe(name="notes", source=source, fields=fields)
    run.build(Request(recipe=recipe, store=tmp_path / "store", workers=1), offers=OFFERS)
    assert {row_id: fate[0] for row_id, fate in fates(tmp_path).items()} == {"\\ud800": "kept", "b": "kept"}


def test_numbers_in_a_csv_file_are_numbers_in_the_dataset(build, put, tmp_path):
    put("a.note", "note 12")
    build(["1,a.note,5", "2,a.note,"])
    assert mmhub.load("notes", store=tmp_path / "store")["train"]["n"][:] == [5, None]


def test_an_id_that_repeats_is_an_error_that_shows_both_rows(build, put):
    put("a.note", "note 12")
    with pytest.raises(SourceError, match=r"'1' occurs twice, in rows 0 and 2 .*n: 5, note: .*a\.note.* {n: 7, note"):
        build(["1,a.note,5", "2,a.note,6", "1,a.note,7"])


def test_ids_that_repeat_get_numbers_where_that_is_asked_for(build, put, tmp_path):
    put("a.note", "note 12")
    report = build(["1,a.note,5", "1-2,a.note,6", "1,a.note,7", "1,a.note,8"], on_duplicate_id="suffix")
    rows = mmhub.load("notes", store=tmp_path / "store")["train"]
    assert dict(zip(rows["row_id"], rows["n"], strict=True)) == {"1": 5, "1-2": 6, "1-3": 7, "1-4": 8}
    again = build(["1,a.note,5", "1-2,a.note,6", "1,a.note,7", "1,a.note,8"], on_duplicate_id="suffix")
    assert (again.unchanged, again.identity) == (True, report.identity)


def test_what_a_source_says_of_itself_stands_in_the_report(put, tmp_path):
    put("data/images/a.note", "note 12")
    put("data/images/b.jpg")
    put("data/metadata.csv", "id,note_path\n1,images/a.note\n")
    options = {"data_dir": tmp_path / "data", "file_columns": ["note_path"]}
    fields = {"note": Column(modality="note")}
    recipe = Recipe(name="notes", source=From(use="folder", options=options), fields=fields)
    for _ in range(2):
        report = run.build(Request(recipe=recipe, store=tmp_path / "store", workers=1), offers=OFFERS)
        assert report.notes == ["1 file (images/b.jpg) that no row of metadata.csv names"]
