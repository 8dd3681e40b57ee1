import pytest
import yaml

from mmhub.showing.fate import decided_by


@pytest.fixture
def built(mmhub, recipe):
    mmhub("build", recipe, "--workers", 1, "--set", "note/number.outlying.on=true")


def rules(answer):
    return {rule["reason"]: rule["passed"] for fact in answer["facts"] for rule in fact["rules"]}


def test_a_row_that_was_dropped_names_the_rule_it_failed(mmhub, built):
    answer = mmhub("why", "notes", "r002", "--json").answer
    assert (answer["fate"], answer["reason"], answer["decided_by"]) == (
        "dropped",
        "too-small",
        "note/number of note by its number",
    )
    assert rules(answer) == {"too-small": False, "outlying": True, "repeated": None}


def test_a_row_that_was_kept_passed_every_rule(mmhub, built):
    answer = mmhub("why", "notes", "r000", "--json").answer
    assert answer["fate"] == "kept"
    assert rules(answer) == {"too-small": True, "outlying": True, "repeated": True}


def test_a_row_that_could_not_be_read_was_asked_nothing(mmhub, built):
    answer = mmhub("why", "notes", "r003", "--json").answer
    assert (answer["fate"], answer["reason"], answer["message"]) == ("quarantined", "torn", "there is a hole in it")
    assert set(rules(answer).values()) == {None}


def test_a_repetition_names_what_it_repeats(mmhub, built):
    shown = mmhub("why", "notes", "r004").out
    assert "r004 was dropped in notes@1.0.0: repeated" in shown
    assert "repeats r000" in shown


def test_a_relative_rule_has_the_bound_that_was_fitted(mmhub, built):
    answer = mmhub("why", "notes", "r000", "--json").answer
    outlying = next(rule for fact in answer["facts"] for rule in fact["rules"] if rule["reason"] == "outlying")
    # Fitted to 12, 40 and 12: what the absolute rule left, the repetition among it.
    assert outlying["at_most"] == pytest.approx(64 / 3 + 3 * 13.19933, abs=1e-4)
    assert "outlying: at most 60.9313 (std)" in " ".join(mmhub("why", "notes", "r000").out.split())


def test_every_reason_is_told_with_its_rows_where_none_is_named(mmhub, built):
    assert mmhub("why", "notes").out.splitlines() == [
        "notes@1.0.0 kept 2 of 5 rows",
        "",
        "dropped  2",
        "        1  too-small, decided by note/number of note by its number",
        "           r002  number 3, at least 10",
        "        1  repeated, decided by note/marks of note by its mark",
        "           r004  repeats r000",
        "",
        "quarantined  1",
        "        1  torn, decided by decode of note",
        "           r003  there is a hole in it",
        "",
        "next  mmhub why notes@1.0.0 r002",
    ]
    answer = mmhub("why", "notes", "--rows", 0, "--json").answer
    assert [(each["reason"], each["count"], each["rows"]) for each in answer["reasons"]] == [
        ("too-small", 1, []),
        ("repeated", 1, []),
        ("torn", 1, []),
    ]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("missing", "the field caption, which is required"),
        ("identical", "the field caption, whose values are to be distinct"),
        ("balanced", "the balance of caption"),
        ("revoked", ""),
    ],
)
def test_what_no_step_decided_was_decided_by_a_field(reason, said):
    row = {"fate": "dropped", "reason": reason, "step": None, "field": "caption", "fact": None}
    assert decided_by(row) == said


def test_a_row_that_was_never_read_is_an_error(mmhub, built):
    ended = mmhub("why", "notes", "r0022")
    assert ended.status == 1
    assert ended.err == "error: 'notes@1.0.0' was built without a row 'r0022'; did you mean 'r002'?\n"


def test_a_row_that_was_cut_says_into_how_many_units(mmhub, bench, tmp_path):
    bench.put(["note 12"], text="one\ntwo")
    bench.recipe()
    values = {
        "name": "lines",
        "source": {"use": "notes", "options": {"data_dir": str(bench.folder)}},
        "fields": {"text": {"modality": "words"}},
        "segment": {"use": "words/lines"},
    }
    (tmp_path / "lines.yaml").write_text(yaml.safe_dump(values))
    mmhub("build", tmp_path / "lines.yaml", "--workers", 1)
    shown = mmhub("why", "lines", "r000").out
    assert "r000 was segmented in lines@1.0.0\n  into 2 units (2 kept)" in shown
    shown = mmhub("why", "lines", "r000#1").out
    assert "r000#1 was kept in lines@1.0.0\n  cut from r000, " in shown
