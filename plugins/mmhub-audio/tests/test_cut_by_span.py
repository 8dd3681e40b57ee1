"""Sounds cut where columns of their rows say, and what a build makes of the pieces."""

import json
from pathlib import Path

import pytest

import mmhub
from mmhub import Media, RecipeError
from mmhub.cli.outlook import outlook
from mmhub.request import Request
from mmhub.retrying import Where, retry
from mmhub.showing.fate import fate
from mmhub.store import Store
from mmhub.takedown.erasing import erase
from mmhub.takedown.purging import purge
from mmhub_audio import decode
from mmhub_audio.cut_by_span import SpanCutOptions, cut_by_span

from .conftest import file_of, tone

SECOND = 1_000_000_000
NAN = float("nan")
SCRIPT = """
import json
from collections.abc import Iterator
from pathlib import Path

from mmhub import Column, Options, Recipe, Row, Step

recipe = Recipe(
    name="talks",
    fields={
        "sound": Column(modality="audio"),
        "text": Column(modality="text"),
        "speaker": Column(modality="string"),
        "start_seconds": Column(modality="float64"),
        "end_seconds": Column(modality="float64"),
    },
    segment=Step("audio/cut-by-span", options={"each": ["text"]}),
    steps=(Step("audio/duration"), Step("text/length")),
)


def rows(options: Options, folder: Path | None) -> Iterator[Row]:
    yield from json.loads(Path(__file__).with_name("rows.json").read_text())
"""


def spans(starts, ends, **others):
    return {"start_seconds": starts, "end_seconds": ends, **others}


ROWS = {
    "talk": spans([2, 0.5], [2.5, 1.25], text=["second", "first"], speaker="me"),
    "whole": {"text": "all of it"},
    "bad": spans([0, NAN, -1, 2, 2.5, 10, 1, None], [1, 1, 1, 1, 60, 11, 1, 2]),
    "csv": spans("0.5", "1"),
    "odd": spans([0, 1], [1]),
    "few": spans([0, 1], [1, 2], text=["one"]),
    "word": spans("now", 1),
    "gone": spans([0, 1], [1, 2], sound="nowhere.wav"),
}


def write(folder, rows):
    """Write a recipe, and rows that have a sound of three seconds; return the path of the recipe."""
    sound = folder / "sound.wav"
    if not sound.exists():
        sound.write_bytes(file_of(tone(3.0), format="wav", codec="pcm_s16le"))
    none = dict.fromkeys(("text", "speaker", "start_seconds", "end_seconds"))
    held = [{"row_id": row_id, "sound": str(sound), **none, **row} for row_id, row in rows.items()]
    (folder / "rows.json").write_text(json.dumps(held))
    (folder / "talks.py").write_text(SCRIPT)
    return folder / "talks.py"


def build(script: Path):
    return mmhub.build(str(script), store=script.parent / "store", workers=1)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The store in which rows with spans of every kind were built."""
    script = write(tmp_path_factory.mktemp("talks"), ROWS)
    report = build(script)
    assert report.rows == {"read": 16, "kept": 6, "dropped": 0, "quarantined": 10, "repaired": 0, "segmented": 3}
    return script.parent / "store"


@pytest.fixture(scope="module")
def told(built):
    """The ledger by row."""
    return {row["row_id"]: row for row in mmhub.load_ledger("talks", store=built)}


def test_lists_of_spans_become_pieces_each_with_its_own_values(built, told):
    rows = mmhub.load("talks", store=built)["train"].remove_columns("sound")
    assert [*rows][:3] == [
        {"row_id": "talk#0", "text": "second", "speaker": "me", "start_seconds": 2.0, "end_seconds": 2.5},
        {"row_id": "talk#1", "text": "first", "speaker": "me", "start_seconds": 0.5, "end_seconds": 1.25},
        {"row_id": "whole", "text": "all of it", "speaker": None, "start_seconds": None, "end_seconds": None},
    ]
    lasting = [told[row_id]["audio/duration.duration_seconds"] for row_id in ("talk#0", "talk#1", "whole")]
    assert lasting == [0.5, 0.75, 3.0]
    assert fate("talks", "talk#1", built)["span"] == {
        "parent": "talk",
        "start": SECOND // 2,
        "end": 5 * SECOND // 4,
        "unit": "ns",
    }


def test_one_bad_span_costs_itself_and_says_what_is_wrong(told):
    found = {row_id: (row["reason"], row["message"]) for row_id, row in told.items()}
    expected = "expected a number of seconds, zero or more"
    assert found["bad"] == ("", "into 8 units")
    assert found["bad#0"] == found["bad#4"] == ("", None)
    assert found["bad#1"] == found["bad#7"] == ("malformed", f"the start is nan: {expected}")
    assert found["bad#2"] == ("malformed", f"the start is -1.0: {expected}")
    assert found["bad#3"] == ("malformed", "it ends at 1 s, before it starts at 2 s")
    assert found["bad#5"] == ("out-of-bounds", "nothing of it is there from 10 to 11 s")
    assert found["bad#6"] == ("malformed", "it ends at 1 s, where it starts")
    # What only ends too late is as long as the sound is.
    assert told["bad#4"]["end"] == 3 * SECOND


def test_single_spans_are_read_from_tables(told):
    assert (told["csv#0"]["start"], told["csv#0"]["end"]) == (SECOND // 2, SECOND)


def test_lists_that_do_not_fit_each_other_cost_their_row(told):
    assert told["odd"]["message"] == "start_seconds has 2 values, and end_seconds 1: expected as many"
    assert told["few"]["message"] == "start_seconds has 2 values, and text 1: expected as many"
    assert told["word"]["message"] == "expected float64, found ['now']"
    assert told["gone"]["reason"] == "not-found"


def test_pieces_of_a_fixed_length_need_no_end(tmp_path):
    script = write(tmp_path, {"a": spans(1.5, None), "b": spans([0, 2], None)})
    script.write_text(SCRIPT.replace('"each"', '"seconds": 2.0, "each"'))
    build(script)
    ledger = mmhub.load_ledger("talks", store=tmp_path / "store")
    held = {row["row_id"]: (row["start"], row["end"]) for row in ledger if row["fate"] == "kept"}
    assert held == {
        "a#0": (3 * SECOND // 2, 3 * SECOND),
        "b#0": (0, 2 * SECOND),
        "b#1": (2 * SECOND, 3 * SECOND),
    }


def test_another_text_cuts_nothing_anew_and_of_what_is_purged_no_piece_stays(tmp_path):
    script = write(tmp_path, {"a": spans([0, 1], [1, 2], text=["one", "two"])})
    build(script)
    write(tmp_path, {"a": spans([0, 1], [1, 2], text=["one", "changed"])})
    assert build(script).decoded == 0
    store = Store.at(tmp_path / "store")
    with store.held_alone():
        asked = purge(store, "talks", ["a#1"], reason="court order", date="2026-01-01")
        erase(asked, store, reason="court order", date="2026-01-01")
    files = {str(path): path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    assert [name for name, data in files.items() if b"WAVEfmt" in data or b"changed" in data] == []


def test_a_plan_reads_lists_and_cuts_nothing(tmp_path):
    script = write(tmp_path, {"a": spans([0, 1], [1, 2], text=["one", "two"])})
    seen = outlook(Request(recipe=str(script), store=tmp_path / "store"), lambda *_: None)
    assert seen["rows"]["read"] == 1
    assert "audio/cut-by-span cuts rows first" in seen["remarks"][0]


def test_what_could_not_be_cut_is_tried_again(tmp_path):
    (tmp_path / "sound.wav").write_bytes(b"RIFF")
    script = write(tmp_path, {"a": spans([0, 1], [1, 2])})
    build(script)
    before = {path: path.stat().st_ctime_ns for path in (tmp_path / "store/facts").rglob("*.arrow")}
    assert fate("talks", "a", tmp_path / "store")["reason"] == "damaged"
    done = retry(Request(recipe=str(script), store=tmp_path / "store", workers=1), Where(reason="damaged"))
    assert (done.rows, done.recovered) == (1, 0)
    assert len(before) == 1
    assert not any(path.exists() and path.stat().st_ctime_ns == changed for path, changed in before.items())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start": "begin"}, "goes by a field 'begin' the recipe does not have"),
        ({"start": "speaker"}, "counts times in seconds, and 'speaker' holds string"),
        ({"each": ["sound"]}, "cuts single values of 'sound'"),
    ],
)
def test_a_field_that_cannot_be_cut_by_is_named(options, message, tmp_path):
    script = write(tmp_path, {"a": spans(0, 1)})
    script.write_text(SCRIPT.replace('{"each": ["text"]}', repr(options)))
    with pytest.raises(RecipeError, match=message):
        build(script)


def test_lossy_sounds_are_copied_and_cut_exactly_where_asked():
    media = Media(data=file_of(tone(3.0), format="mp3", codec="mp3"))
    copied, none = cut_by_span(media, ((SECOND, 2 * SECOND), (9 * SECOND, 10 * SECOND)), SpanCutOptions())
    assert none is None
    assert copied.start < SECOND
    assert copied.end >= 2 * SECOND
    (exact,) = cut_by_span(media, ((SECOND, 2 * SECOND),), SpanCutOptions(exact=True))
    assert (exact.start, exact.end) == (SECOND, 2 * SECOND)
    assert decode(Media(data=exact.value)).duration_seconds == 1.0
