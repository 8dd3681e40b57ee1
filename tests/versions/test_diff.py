"""What differs between two versions, against a comparison row by row in plain Python."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmhub import Column, Step, VersionError
from mmhub.diff import compare, pair
from mmhub.diff.drift import stability
from mmhub.diff.rows import differs, join
from mmhub.store import Store
from mmhub.tables import Tables
from mmhub.takedown.revoking import revoke

NUMBER, MARKS = Step("note/number"), Step("note/marks")
TEXTS, LISTS = st.none() | st.text(max_size=2), st.lists(st.none() | st.text(max_size=1), max_size=3)
SIDE = st.dictionaries(
    st.text(min_size=1, max_size=2),
    st.fixed_dictionaries(
        {
            "fate": st.sampled_from(["kept", "kept", "dropped"]),
            "split": st.sampled_from(["train", "test"]),
            "text": TEXTS,
            "several": LISTS,
            "number": st.none() | st.floats(allow_infinity=False),
        }
    ),
    max_size=12,
)
FIELDS = {
    "text": {"modality": "string", "many": False},
    "several": {"modality": "string", "many": True},
    "number": {"modality": "float64", "many": False},
}
TYPES = {"text": pa.string(), "several": pa.list_(pa.string()), "number": pa.float64()}


def tables(rows, *, per_file):
    """Return the tables of a version with some rows, a few of them in each file, each file named by what it holds."""
    columns = {"row_id": list(rows), **{name: [row[name] for row in rows.values()] for name in ("fate", "split")}}
    kinds = {name: pa.string() for name in columns}
    ledger = pa.table(columns, pa.schema(kinds))
    kept = {row_id: row for row_id, row in rows.items() if row["fate"] == "kept"}
    files = {}
    for split in ("train", "test"):
        mine = [(row_id, row) for row_id, row in kept.items() if row["split"] == split]
        parts = [mine[at : at + per_file] for at in range(0, len(mine), per_file)]
        files[split] = {f"{split} {part!r}": published(part) for part in parts}
    return Tables(FIELDS, ledger, {split: some for split, some in files.items() if some})


def published(part):
    values = {name: pa.array([row[name] for _, row in part], kind) for name, kind in TYPES.items()}
    return pa.table({"row_id": pa.array([row_id for row_id, _ in part], pa.string()), **values})


def same(one, other):
    return one == other or (one != one and other != other)


@given(SIDE, SIDE, st.integers(1, 4), st.integers(1, 4))
def test_a_diff_is_what_a_comparison_row_by_row_finds(before, after, per_file, others_per_file):
    found = join(tables(before, per_file=per_file), tables(after, per_file=others_per_file))
    old, new = list(before), list(after)
    kept = [{row_id for row_id, row in side.items() if row["fate"] == "kept"} for side in (before, after)]
    assert {old[n] for n in found.removed} == kept[0] - kept[1]
    assert {new[n] for n in found.added} == kept[1] - kept[0]
    expected = {
        name: {each for each in kept[0] & kept[1] if not same(before[each][name], after[each][name])}
        for name in ("text", "several", "number", "split")
    }
    assert {name: {new[n] for n in units} for name, units in found.fields.items()} == {
        name: rows for name, rows in expected.items() if rows
    }
    assert {new[n] for n in found.changed} == set().union(*expected.values())


@given(SIDE, st.integers(1, 4), st.integers(1, 4))
def test_a_version_does_not_differ_from_itself_however_it_is_cut_into_files(rows, per_file, others_per_file):
    found = join(tables(rows, per_file=per_file), tables(rows, per_file=others_per_file))
    assert [len(each) for each in (found.removed, found.added, found.changed, found.fields)] == [0, 0, 0, 0]


@given(st.lists(st.tuples(LISTS | st.none(), LISTS | st.none()), max_size=8))
def test_lists_differ_where_python_says_so(pairs):
    ones, others = (pa.array([pair[n] for pair in pairs], pa.list_(pa.string())) for n in (0, 1))
    assert differs(ones, others).tolist() == [one != other for one, other in pairs]


def test_the_stability_index_is_the_one_of_the_book():
    before, after = (
        np.repeat(np.arange(10), 100),
        np.repeat(np.arange(10), [50, 50, 100, 100, 100, 100, 100, 100, 150, 150]),
    )
    shares = np.array([[0.1] * 10, [0.05, 0.05, *[0.1] * 6, 0.15, 0.15]])
    expected = np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0]))
    assert stability(before.astype(float), after.astype(float)) == pytest.approx(expected, rel=0.03)
    assert stability(before.astype(float), before.astype(float)) == 0


@pytest.fixture
def filled(bench):
    bench.put({"a": "note 20", "b": "note 30", "c": "note 12", "d": "note 5", "e": "note 30"})
    bench.build(NUMBER, MARKS)
    return bench


def difference(bench, *wanted):
    store = Store.at(bench.store)
    return compare(*pair(store, *(wanted or ("notes", None))), store)


def told(causes):
    return [(each.cause, each.says, [row["row_id"] for row in each.examples]) for each in causes]


def test_a_threshold_that_moved_is_named_with_the_fact_of_each_row(filled):
    filled.build(NUMBER, MARKS, settings=["note/number.too-small.at_least=13"])
    found = difference(filled)
    assert told(found.removed) == [("threshold", "note/number: too-small: at_least 10 → 13", ["c"])]
    assert (found.removed[0].examples[0]["value"], found.removed[0].at_least) == (12.0, 13.0)
    back = difference(filled, "notes@1.1.0", "notes@1.0.0")
    assert told(back.added) == [("threshold", "note/number: too-small: at_least 13 → 10", ["c"])]


def test_a_rule_that_came_is_named(filled):
    filled.build(Step("note/number", rules={"odd": {"fact": "number", "at_most": 25.0}}), MARKS)
    assert told(difference(filled).removed) == [("rule", "note/number: the rule odd is new", ["b"])]


def test_a_step_that_came_or_went_is_named(filled):
    filled.build(NUMBER)
    assert told(difference(filled).added) == [("operator", "note/marks is left out", ["e"])]
    back = difference(filled, "notes@1.1.0", "notes@1.0.0")
    assert told(back.removed) == [("operator", "note/marks is new", ["e"])]
    assert back.removed[0].examples[0]["message"] == "repeats b"


def test_what_the_source_has_done_is_told_apart(filled):
    (filled.folder / "a.note").write_text("note 1")
    (filled.folder / "c.note").write_text("note 14")
    filled.rows = [row for row in filled.rows if row["row_id"] != "b"]
    filled.put({"new": "note 77"})
    filled.build(NUMBER, MARKS)
    found = difference(filled)
    assert sorted(told(found.removed)) == [
        ("source", "not in the source any more", ["b"]),
        ("source", "the source has another note", ["a"]),
    ]
    assert sorted(told(found.added)) == [
        ("dataset", "note/marks: repeated: what it repeated is not kept", ["e"]),
        ("source", "new in the source", ["new"]),
    ]
    assert found.changed == {"note": {"rows": 1, "examples": ["c"]}}


def test_rows_that_were_revoked_are_told(filled):
    revoke(Store.at(filled.store), "notes", ["a"], reason="asked to", date="2026-01-02")
    assert told(difference(filled).removed) == [("revoked", "revoked", ["a"])]


def test_facts_that_moved_are_told(bench):
    bench.put([f"note {20 + n}" for n in range(300)])
    bench.build(NUMBER)
    for n in range(0, 300, 3):
        (bench.folder / f"r{n:03d}.note").write_text(f"note {900 + n}")
    bench.build(NUMBER)
    (moved,) = difference(bench).facts
    assert (moved.fact, moved.median_before) == ("note/number.number", 169.5)
    assert moved.psi > 0.25
    assert moved.median_after > 200


def test_schema_and_recipe_changes_are_told(filled):
    filled.rows = [{**row, "page": "one"} for row in filled.rows]
    fields = {"note": Column(modality="note"), "page": Column(modality="string")}
    filled.build(NUMBER, Step("note/curve"), parts={"fields": fields})
    found = difference(filled)
    assert [(each["what"], each["before"]) for each in found.schema] == [("page", None), ("note_curve", None)]
    changes = {(each["where"], each["what"]) for each in found.recipe}
    assert changes == {("fields", "page"), ("note/curve", "step"), ("note/marks", "step")}


def test_the_first_version_has_nothing_to_be_compared_with(filled):
    with pytest.raises(VersionError, match=r"'notes@1\.0\.0' is the first of its versions: name two to compare"):
        difference(filled)
