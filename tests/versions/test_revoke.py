"""Rows that are revoked leave the newest version, and no later build brings them back."""

import hashlib

import pytest

from mmhub import Column, Step, VersionError, load, load_ledger
from mmhub.store import Store
from mmhub.tables import Tables
from mmhub.takedown.revoking import revoke
from mmhub.tombstones import tombstones
from mmhub.version import find

DATE = "2026-01-02T03:04:05+00:00"
NUMBER, MARKS, CURVE = Step("note/number"), Step("note/marks"), Step("note/curve")
RELATIVE = Step("note/number", rules={"outlying": {"on": True, "at_most": 1.5}})
MENDED = Step("note/absolute")


def kept(bench, name="notes"):
    splits = load(name, store=bench.store)
    return sorted(row_id for split in splits.values() for row_id in split["row_id"])


def gone(bench, *ids, reason="asked to"):
    return revoke(Store.at(bench.store), "notes", ids, reason=reason, date=DATE)


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def filled(bench):
    notes = {"a": "note 20", "b": "note 30", "c": "note 20", "d": "note 5", "e": "torn", "f": "note -44", "g": None}
    bench.put(notes, text="words", link="https://there.example/1")
    return bench


@pytest.mark.parametrize(
    "steps", [(NUMBER,), (NUMBER, MARKS, CURVE), (RELATIVE, MARKS), (MENDED, NUMBER, MARKS)], ids=lambda s: str(len(s))
)
@pytest.mark.parametrize("named", ["a", "b", sha256("note 30"), "f", sha256("note 44")])
def test_a_later_build_agrees_with_the_version_without_the_row(filled, steps, named):
    filled.build(*steps)
    before = filled.log.read_text()
    try:
        made = gone(filled, named)
    except VersionError:
        assert named == sha256("note 44")
        assert MENDED not in steps
        return
    assert filled.log.read_text() == before
    report = filled.build(*steps)
    assert (report.unchanged, report.version) == (True, made.version.number)
    assert report.identity == made.version.identity
    assert made.version.counts == {**made.version.counts, "rows": report.rows, "dropped": report.dropped}


def test_tables_have_the_digest_of_the_build(filled):
    filled.build(MENDED, NUMBER, MARKS, CURVE)
    version = find(Store.at(filled.store), "notes")
    assert Tables.of(version, Store.at(filled.store)).digest() == version.manifest["rows"]


def test_the_ledger_says_that_a_row_was_revoked(filled):
    filled.build(NUMBER)
    made = gone(filled, "a")
    assert (made.version.number, made.rows, made.version.manifest["change"]["reason"]) == ("1.1.0", 2, "asked to")
    rows = {row["row_id"]: row for row in load_ledger("notes", store=filled.store)}
    assert {row_id: rows[row_id]["reason"] for row_id in "abcd"} == {
        "a": "revoked",
        "b": "",
        "c": "revoked",
        "d": "too-small",
    }
    assert rows["a"]["note/number.number"] == 20
    assert kept(filled) == ["b"]


def test_what_is_not_kept_is_not_brought_back_by_another_recipe(filled):
    filled.build(NUMBER)
    assert gone(filled, "d").rows == 0
    filled.build(Step("note/number", rules={"too-small": False}))
    assert kept(filled) == ["a", "b", "c", "f"]


def test_a_row_with_the_same_content_does_not_come_back_under_another_name(filled):
    filled.build(NUMBER)
    gone(filled, "b")
    filled.put({"later": "note 30", "other": "note 31"}, text="words")
    filled.build(NUMBER)
    assert kept(filled) == ["a", "c", "other"]


def test_a_url_means_the_rows_that_hold_it(filled):
    fields = {"note": Column(modality="note"), "link": Column(modality="string")}
    filled.rows[1]["link"] = "https://there.example/2"
    filled.build(NUMBER, parts={"fields": fields})
    made = gone(filled, "https://there.example/2")
    assert kept(filled) == ["a", "c"]
    assert filled.build(NUMBER, parts={"fields": fields}).version == made.version.number
    assert "there.example" not in (filled.store / "tombstones" / "notes.jsonl").read_text()


def test_segments_go_with_the_row_they_were_cut_from(bench):
    bench.put(["note 20", "note 30"], text="one\ntwo")
    bench.rows[1]["text"] = "three\nfour"
    parts = {"segment": Step("words/lines")}
    bench.build(NUMBER, Step("words/length"), parts=parts)
    made = gone(bench, "r000")
    assert kept(bench) == ["r001#0", "r001#1"]
    assert bench.build(NUMBER, Step("words/length"), parts=parts).version == made.version.number
    assert gone(bench, "r001#1").rows == 2, "both segments hold the picture of their row"


def test_a_row_of_texts_is_known_by_all_of_them_together(bench):
    bench.put({"a": None, "b": None, "c": None})
    for row, text in zip(bench.rows, ("same", "same", "other"), strict=True):
        row["text"] = text
    fields = {"text": Column(modality="words")}
    bench.build(Step("words/length"), parts={"fields": fields})
    gone(bench, "a")
    assert kept(bench) == ["c"]
    assert bench.build(Step("words/length"), parts={"fields": fields}).unchanged


def test_files_of_columns_in_which_nothing_goes_are_shared(filled, monkeypatch):
    monkeypatch.setattr("mmhub.assemble.AT_ONCE", 1)
    monkeypatch.setattr("mmhub.assemble._TABLES", 1)
    first = filled.build(NUMBER)
    gone(filled, "b")
    files = [
        find(Store.at(filled.store), f"notes@{n}").manifest["splits"]["train"]["columns"] for n in ("1.0.0", "1.1.0")
    ]
    assert first.version == "1.0.0"
    assert set(files[1]) < set(files[0])


def test_ids_that_mean_nothing_are_told(filled):
    filled.build(NUMBER)
    made = gone(filled, "a", "nobody")
    assert made.unknown == ["nobody"]
    with pytest.raises(VersionError, match="knows nothing by 'nobody'"):
        gone(filled, "nobody")
    assert len(tombstones(Store.at(filled.store), "notes").all) == 2


def test_what_was_revoked_before_is_told(filled):
    filled.build(NUMBER)
    gone(filled, "a")
    filled.rows = filled.rows[1:]
    filled.build(NUMBER)
    assert gone(filled, "a").already == ["a"]
