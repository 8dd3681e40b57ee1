"""A legal takedown: nothing of what is purged can be found in the store."""

import hashlib
import shutil

import pytest

from mmhub import Column, Step, VersionError, load, load_ledger
from mmhub.store import Store
from mmhub.takedown.erasing import amounts, erase
from mmhub.takedown.purging import purge
from mmhub.version import find, numbers, withdrawn

DATE = "2026-01-02T03:04:05+00:00"
STEPS = (
    Step("note/absolute"),
    Step("note/number"),
    Step("note/marks"),
    Step("words/length"),
    Step("note/gap", fields=("note", "text")),
    Step("note/curve"),
)
CAPTION, NOTE, ROW = "a caption nobody else has", "note -4711.25 secret", "row-of-somebody"


@pytest.fixture
def filled(bench):
    bench.put({"a": "note 20", ROW: NOTE, "b": "note 30", "z": "note 4711 near"}, text="words")
    bench.rows[1]["text"] = CAPTION
    bench.build(*STEPS)
    return bench


def purged(bench, *ids, name="notes"):
    store = Store.at(bench.store)
    with store.held_alone():
        asked = purge(store, name, ids, reason="court order", date=DATE)
        return amounts(asked, store), erase(asked, store, reason="court order", date=DATE)


def traces(bench, *needles):
    """Return the files of the store in which any of some bytes are found."""
    raw = [each.encode() if isinstance(each, str) else each for each in needles]
    files = [path for path in bench.store.rglob("*") if path.is_file()]
    return sorted(
        str(path.relative_to(bench.store)) for path in files if any(each in path.read_bytes() for each in raw)
    )


MENDED = "note 4711.25 secret"
NEEDLES = (CAPTION, MENDED, ROW, hashlib.sha256(NOTE.encode()).digest(), hashlib.sha256(CAPTION.encode()).digest())


def test_the_search_finds_what_is_there(filled):
    assert [each for each in NEEDLES if not traces(filled, each)] == []


def test_no_trace_is_left(filled):
    told, (made,) = purged(filled, ROW)
    assert traces(filled, *NEEDLES) == []
    assert (told.rows, told.media, told.withdrawn, str(made)) == (1, 1, ["notes@1.0.0"], "notes@1.1.0")
    assert told.facts >= 6
    assert sorted(load("notes", store=filled.store)["train"]["row_id"]) == ["a", "b"]


def test_a_later_build_agrees_and_leaves_no_trace_either(filled):
    _, (made,) = purged(filled, ROW)
    report = filled.build(*STEPS)
    assert (report.unchanged, report.identity) == (True, made.identity)
    filled.build(*STEPS[:2])
    assert traces(filled, *NEEDLES) == []
    assert "near" not in "".join(load("notes", store=filled.store)["train"]["row_id"])


def test_what_repeats_a_purged_row_does_not_take_its_place(filled):
    purged(filled, ROW)
    filled.build(*STEPS[:2])
    fates = {row["row_id"]: row["reason"] for row in load_ledger("notes", store=filled.store)}
    assert fates["z"] == "revoked"


def test_versions_that_held_it_are_withdrawn(filled):
    purged(filled, ROW)
    store = Store.at(filled.store)
    assert numbers(store, "notes") == ["1.1.0"]
    assert withdrawn(store, "notes")["1.0.0"]["reason"] == "court order"
    with pytest.raises(VersionError, match=r"notes@1\.0\.0 was withdrawn on 2026-01-02: court order"):
        find(store, "notes@1.0.0")


def test_other_datasets_lose_it_as_well(filled):
    filled.build(*STEPS, parts={"name": "others"})
    filled.build(Step("words/length"), parts={"name": "plain", "fields": {"text": Column(modality="words")}})
    told, made = purged(filled, ROW)
    assert told.withdrawn == ["notes@1.0.0", "others@1.0.0"]
    assert [str(each) for each in made] == ["notes@1.1.0", "others@1.1.0"]
    assert filled.build(*STEPS, parts={"name": "others"}).unchanged


def test_values_that_other_rows_hold_stay(filled):
    purged(filled, "a")
    filled.log.unlink()
    assert filled.build(*STEPS).decoded == 0
    assert load("notes", store=filled.store)["train"]["text"][:] == [CAPTION, "words"]


def test_every_row_that_was_cut_from_one_goes_with_it(bench):
    bench.put(["note 20", "note 30"], text="one\ntwo secret")
    bench.rows[1]["text"] = "three\nfour"
    parts = {"segment": Step("words/lines")}
    bench.build(*STEPS[1:4], parts=parts)
    _, (made,) = purged(bench, "r000#1")
    assert traces(bench, "secret", "r000") == []
    assert bench.build(*STEPS[1:4], parts=parts).identity == made.identity
    assert traces(bench, "secret", "r000") == []


def test_a_purge_that_is_cut_short_is_gone_on_with(filled, monkeypatch):
    for place in ("_erase_media", "_erase_sources", "withdraw", "garbage"):
        with monkeypatch.context() as patch:
            patch.setattr(f"mmhub.takedown.erasing.{place}", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                purged(filled, ROW)
    purged(filled, ROW)
    assert traces(filled, *NEEDLES) == []
    assert filled.build(*STEPS).unchanged


def test_the_other_rows_are_as_they_were(filled):
    kept = shutil.copytree(filled.store, filled.store.with_name("before"))
    purged(filled, ROW)
    rows = [
        {
            row["row_id"]: row["note_curve"]
            for row in load("notes", store=at)["train"].select_columns(["row_id", "note_curve"])
        }
        for at in (kept, filled.store)
    ]
    assert {**rows[0], **rows[1]} == rows[0]
