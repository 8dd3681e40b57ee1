"""A value that is mended by another one of its row, and what hangs on both from then on."""

import mmhub_fakes
import mmhub_mending
import pytest

from mmhub import Column, RecipeError, Step, load, plugins, run
from mmhub.cli.outlook import outlook
from mmhub.request import Request
from mmhub.store import Store
from mmhub.takedown.erasing import erase
from mmhub.takedown.purging import purge

OFFERS = plugins.collect({"mmhub-fakes": mmhub_fakes, "mmhub-mending": mmhub_mending})
FIT = Step("note/fit", fields=("note", "text"))
SIGN = Step("words/sign", fields=("text", "note"))
NUMBER = Step("note/number", rules={"too-small": False})
LENGTH = Step("words/length")


@pytest.fixture
def mending(bench):
    """Builds of a folder of notes with the plugin that mends pairs as well."""

    def build(*steps, **request):
        asked = {"recipe": bench.recipe(*steps), "store": bench.store, "data_dir": bench.folder, "workers": 1}
        return run.build(Request(**asked, **request), offers=OFFERS)

    return bench, build


def facts(bench, name):
    return {row_id: row[name] for row_id, row in bench.ledger().items()}


def load_rows(bench):
    rows = load("notes", store=bench.store)["train"].with_format("arrow")[:]
    return dict(zip(rows["row_id"].to_pylist(), (each["bytes"] for each in rows["note"].to_pylist()), strict=True))


def test_the_left_value_is_mended_before_anything_is_measured(mending):
    bench, build = mending
    bench.put({"a": "note 3", "b": "note 5"}, text="fivex")
    report = build(FIT, NUMBER)
    assert report.rows == {"read": 2, "kept": 2, "dropped": 0, "quarantined": 0, "repaired": 1, "segmented": 0}
    assert load_rows(bench) == {"a": b"note 5", "b": b"note 5"}
    assert facts(bench, "note/number.number") == {"a": 5.0, "b": 5.0}
    assert facts(bench, "note/fit.gap") == {"a": 0.0, "b": 0.0}


def test_what_a_repair_says_of_itself_is_a_fact_that_may_decide(mending):
    bench, build = mending
    bench.put({"a": "note 3", "b": "note 500"}, text="three")
    build(FIT)
    assert facts(bench, "repair:note/fit.by") == {"a": 2.0, "b": -495.0}
    assert bench.fates() == {"a": ("kept", ""), "b": ("dropped", "far-off")}
    assert facts(bench, "repaired") == {"a": ["note/fit"], "b": ["note/fit"]}


def test_one_note_is_mended_by_each_text_it_stands_with(mending):
    bench, build = mending
    bench.put({"a": "note 3"}, text="four")
    bench.put({"b": "note 3"}, text="fives")
    build(FIT, NUMBER)
    assert load_rows(bench) == {"a": b"note 4", "b": b"note 5"}
    assert facts(bench, "note/number.number") == {"a": 4.0, "b": 5.0}


def test_another_text_measures_the_note_anew_and_the_same_text_does_not(mending):
    bench, build = mending
    bench.put({"a": "note 3"}, text="four")
    bench.put({"b": "note 3"}, text="fives")
    build(FIT, NUMBER)
    assert build(FIT, NUMBER).unchanged
    before = len(bench.told("measure"))
    bench.rows[0]["text"] = "sixsix"
    build(FIT, NUMBER)
    assert len(bench.told("measure")) == before + 1
    assert facts(bench, "note/number.number") == {"a": 6.0, "b": 5.0}


def test_one_step_more_finds_the_value_as_it_was_mended(mending):
    bench, build = mending
    bench.put({"a": "note 3"}, text="four")
    build(FIT)
    build(FIT, NUMBER, Step("note/curve", fields=("note",)))
    assert facts(bench, "note/number.number") == {"a": 4.0}


def test_a_row_without_the_other_value_is_not_mended(mending):
    bench, build = mending
    bench.put({"a": "note 3"}, text="four")
    bench.put({"b": "note 3"}, text=None)
    build(FIT, NUMBER)
    assert load_rows(bench) == {"a": b"note 4", "b": b"note 3"}
    assert facts(bench, "note/number.number") == {"a": 4.0, "b": 3.0}
    assert build(FIT, NUMBER).unchanged


def test_a_text_is_mended_by_a_decoded_value(mending):
    bench, build = mending
    bench.put({"a": "note 3", "b": "note 4"}, text="at 4")
    build(SIGN, LENGTH)
    texts = {row["row_id"]: row["text"] for row in load("notes", store=bench.store)["train"].remove_columns("note")}
    assert texts == {"a": "at 4 3", "b": "at 4"}
    assert facts(bench, "words/length.length") == {"a": 6.0, "b": 4.0}
    assert facts(bench, "words/sign.letters") == {"a": 6, "b": 4}


def test_repairs_of_pairs_follow_one_another(mending):
    bench, build = mending
    bench.put({"a": "note 3"}, text="four")
    build(FIT, SIGN, NUMBER, LENGTH)
    assert load_rows(bench) == {"a": b"note 4"}
    assert facts(bench, "words/length.length") == {"a": 6.0}
    assert build(FIT, SIGN, NUMBER, LENGTH).unchanged


@pytest.mark.parametrize("text", ["crash", "raise"])
def test_a_repair_that_fails_costs_its_row_and_not_the_note(mending, text):
    bench, build = mending
    bench.put({"a": "note 3"}, text=f"{text} me")
    bench.put({"b": "note 3"}, text="fives")
    build(FIT, NUMBER)
    (fate, reason), other = bench.fates().values()
    assert (fate, other) == ("quarantined", ("kept", ""))
    assert reason == {"crash": "crashed", "raise": "operator-error"}[text]
    assert facts(bench, "note/number.number") == {"a": None, "b": 5.0}
    assert build(FIT, NUMBER).unchanged


def test_a_damaged_other_value_costs_its_row_alone(mending):
    bench, build = mending
    bench.put({"a": "torn", "b": "crash", "c": "note 4"}, text="at")
    bench.put({"d": None}, text="at")
    build(SIGN, LENGTH)
    fates = {row_id: fate for row_id, (fate, _) in bench.fates().items()}
    assert fates == {"a": "quarantined", "b": "quarantined", "c": "kept", "d": "quarantined"}
    assert facts(bench, "words/length.length")["c"] == 4.0
    assert build(SIGN, LENGTH).unchanged


def test_a_value_is_decoded_once_for_all_that_look_at_it(mending):
    bench, build = mending
    bench.put({"a": "note 3"}, text="four")
    report = build(SIGN, FIT, NUMBER, LENGTH, Step("note/gap", fields=("note", "text")))
    assert report.decoded == 1
    assert bench.told("decode") == ["note 3"]


def test_a_plan_counts_the_files_that_repairs_look_at(mending, monkeypatch):
    bench, build = mending
    bench.put({"a": "note 3", "b": "note 4"}, text="at")
    build(SIGN)
    bench.rows[0]["text"] = "another"
    monkeypatch.setattr(plugins, "discover", lambda: OFFERS)
    request = Request(recipe=bench.recipe(SIGN, LENGTH), store=bench.store, data_dir=bench.folder)
    told = outlook(request, lambda *_: None)
    assert told["files"] == 2
    assert {each["step"]: each["to_do"] for each in told["steps"]} == {
        "decode@note": 0,
        "repair:words/sign": 1,
        "words/sign": 1,
        "words/length": 2,
    }


def test_a_purge_leaves_nothing_of_what_was_mended_by_others(mending):
    bench, build = mending
    bench.put({"a": "note 3"}, text="a secret of somebody")
    bench.put({"b": "note 4"}, text="fives")
    build(FIT, SIGN, NUMBER, LENGTH)
    store = Store.at(bench.store)
    with store.held_alone():
        asked = purge(store, "notes", ["a"], reason="court order", date="2026-01-02T03:04:05+00:00")
        erase(asked, store, reason="court order", date="2026-01-02T03:04:05+00:00")
    files = [path for path in bench.store.rglob("*") if path.is_file()]
    assert [path for path in files if b"note 20" in path.read_bytes() or b"somebody" in path.read_bytes()] == []
    assert [path for path in files if b"note 5" in path.read_bytes()] != []


def test_nothing_is_mended_by_lists(bench):
    bench.put({"a": "note 3"}, text=["four"])
    recipe = bench.recipe(FIT).model_copy(
        update={"fields": {"note": Column(modality="note"), "text": Column(modality="words", many=True)}}
    )
    with pytest.raises(RecipeError, match="repairs 'note' by 'text', which holds lists"):
        run.build(Request(recipe=recipe, store=bench.store, data_dir=bench.folder), offers=OFFERS)
