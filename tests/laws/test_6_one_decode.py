"""At most one decode per value and pass; a changed rule decodes nothing it need not."""

import pytest

from mmhub import Step

NOTES = [f"note {n}" for n in range(11, 21)]
NUMBER, MARKS, CURVE = Step("note/number"), Step("note/marks"), Step("note/curve")


@pytest.fixture
def filled(bench):
    bench.put(NOTES)
    return bench


def test_a_value_is_decoded_once_for_all_operators(filled):
    report = filled.build(Step("note/absolute"), NUMBER, MARKS, CURVE)
    assert sorted(filled.told("decode")) == sorted(NOTES)
    assert report.decoded == len(NOTES)


def test_equal_values_are_decoded_once(filled):
    filled.put({"again": "note 11", "and again": "note 11"})
    filled.build(NUMBER)
    assert filled.told("decode").count("note 11") == 1


def test_equal_values_are_decoded_once_in_different_work_units_and_workers(filled, paced):
    paced(unit_rows=2, chunk_rows=1)
    filled.put({f"again {n}": "note 11" for n in range(5)})
    filled.build(NUMBER, workers=2)
    assert filled.told("decode").count("note 11") == 1


def test_a_value_related_to_another_is_decoded_once(filled):
    for row in filled.rows:
        row["text"] = row["row_id"]
    filled.build(NUMBER, Step("note/gap", fields=("note", "text")))
    assert sorted(filled.told("decode")) == sorted(NOTES)


def test_a_second_build_decodes_nothing(filled):
    filled.build(NUMBER, CURVE)
    report = filled.build(NUMBER, CURVE)
    assert (report.decoded, report.encoded, len(filled.told("decode"))) == (0, 0, len(NOTES))


@pytest.mark.parametrize("setting", ["at_least=15", "too-small=false", "outlying.on=true"])
def test_another_rule_decodes_nothing(filled, setting):
    filled.build(NUMBER, MARKS)
    report = filled.build(NUMBER, MARKS, settings=[f"note/number.{'too-small.' * (setting[0] == 'a')}{setting}"])
    assert (report.decoded, report.encoded, report.unchanged) == (0, 0, False)


def test_a_tighter_rule_decodes_nothing_and_encodes_nothing(filled):
    filled.build(NUMBER, CURVE)
    report = filled.build(NUMBER, CURVE, settings=["note/number.too-small.at_least=15"])
    assert (report.decoded, report.encoded, report.rows["kept"]) == (0, 0, 6)


def test_a_looser_rule_encodes_only_what_it_admits_and_measures_nothing_anew(filled):
    first = filled.build(NUMBER, CURVE, settings=["note/number.too-small.at_least=15"])
    measured = len(filled.told("measure"))
    report = filled.build(NUMBER, CURVE, settings=["note/number.too-small.at_least=13"])
    assert first.encoded == 6
    assert (report.decoded, report.encoded, report.rows["kept"]) == (2, 2, 8)
    assert len(filled.told("measure")) == measured


def test_one_changed_file_decodes_one_file(filled):
    filled.build(NUMBER, CURVE)
    (filled.folder / "r003.note").write_text("note 99")
    report = filled.build(NUMBER, CURVE)
    assert (report.decoded, report.encoded, filled.told("decode")[-1]) == (1, 1, "note 99")


def test_a_file_that_moved_is_not_decoded_again(filled):
    filled.build(NUMBER)
    (filled.folder / "r003.note").rename(filled.folder / "moved.note")
    filled.rows[3]["note"] = "moved.note"
    assert filled.build(NUMBER).decoded == 0


def test_an_edited_text_encodes_that_text_and_no_note(bench):
    bench.put(NOTES[:3], text="the same")
    bench.build(CURVE)
    bench.rows[1]["text"] = "another"
    report = bench.build(CURVE)
    assert (report.decoded, report.encoded) == (0, 1)


def test_a_step_added_measures_that_step_alone(filled):
    filled.build(NUMBER)
    measured = len(filled.told("measure"))
    report = filled.build(NUMBER, MARKS)
    assert (report.decoded, len(filled.told("measure"))) == (len(NOTES), measured)


def test_encoders_see_full_batches_alone(filled):
    filled.build(CURVE)
    assert filled.told("forward") == ["4", "4", "4"]
