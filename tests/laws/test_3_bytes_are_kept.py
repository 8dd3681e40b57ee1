"""The bytes of a value that was neither repaired nor cut are identical from the source to the dataset."""

from datasets import Image
from hypothesis import given
from hypothesis import strategies as st

from mmhub import Step, load
from mmhub.media import suffix


def published(bench):
    rows = load("notes", store=bench.store)["train"].cast_column("note", Image(decode=False))
    return {row["row_id"]: row["note"]["bytes"] for row in rows}


def test_values_that_were_only_measured_are_published_byte_for_byte(bench):
    notes = {"a": "note 11", "b": "note  12   odd\tspaces ", "c": "note 13\n"}
    bench.put(notes)
    bench.build(Step("note/absolute"), Step("note/number"), Step("note/curve"))
    assert published(bench) == {row_id: note.encode() for row_id, note in notes.items()}


def test_values_that_were_repaired_are_published_as_repaired(bench):
    bench.put({"a": "note  11", "b": "note  -12"})
    bench.build(Step("note/absolute"))
    assert published(bench) == {"a": b"note  11", "b": b"note 12"}


def test_bytes_given_inline_are_published_byte_for_byte(bench):
    bench.put({"a": "note   11 "})
    bench.build(Step("note/number"), parts={"source": {"use": "notes-inline"}})
    assert published(bench) == {"a": b"note   11 "}


def test_a_file_that_changes_during_the_build_is_not_published(bench):
    bench.put(["note 11"])

    def change(stage, *_):
        if stage == "decide":
            (bench.folder / "r000.note").write_text("note 99")

    import pytest

    from mmhub import SourceError

    with pytest.raises(SourceError, match="changed while the dataset was built: build again"):
        bench.build(Step("note/number"), listener=change)


@given(st.binary(max_size=64))
def test_any_bytes_have_a_suffix_or_none(data):
    assert suffix(data) == "" or suffix(data).startswith(".")
