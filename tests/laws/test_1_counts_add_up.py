"""Units = kept + dropped + quarantined, in every work unit and in total. No row disappears."""

from collections import Counter

from mmhub import Step

MIXED = ["note 11", "note 2", "torn", None, "note 12 raise", "note 12", "note 13 nan", "fail"]


def mixed(bench):
    bench.put({f"r{n}": note for n, note in enumerate(MIXED)}, text="one")


def test_every_row_of_the_source_has_one_fate(bench):
    mixed(bench)
    report = bench.build(Step("note/number"))
    assert report.rows == {"read": 8, "kept": 2, "dropped": 1, "quarantined": 5, "repaired": 0, "segmented": 0}
    assert sorted(bench.fates()) == [f"r{n}" for n in range(8)]
    assert Counter(fate for fate, _ in bench.fates().values()) == {"kept": 2, "dropped": 1, "quarantined": 5}


def test_reasons_add_up_to_their_fate(bench):
    mixed(bench)
    report = bench.build(Step("note/number"))
    assert report.dropped == {"too-small": 1}
    assert report.quarantined == {"operator-error": 2, "torn": 1, "not-found": 1, "decoder-error": 1}


def test_every_work_unit_accounts_for_its_units(bench, paced):
    paced(unit_rows=3)
    mixed(bench)
    bench.rows = [row for row in bench.rows if row["row_id"] != "r3"]
    seen = []
    bench.build(Step("note/number"), listener=lambda stage, done, *_: seen.append((stage, done)))
    done = [done for stage, done in seen if stage == "measure"]
    assert done == sorted(done)
    assert {0, 3, 6, 7} <= {*done} <= {*range(8)}


def test_a_row_that_is_cut_counts_as_segmented_and_its_segments_as_units(bench):
    bench.put({"whole": "note 11", "cut": "note 12"}, text="one\ntwo\nthree")
    bench.rows[0]["text"] = "one"
    report = bench.build(Step("words/length"), parts={"segment": Step("words/lines")})
    assert (report.rows["read"], report.rows["kept"], report.rows["segmented"]) == (4, 4, 2)
    fates = bench.fates()
    assert fates.pop("cut")[0] == fates.pop("whole")[0] == "segmented"
    assert fates == dict.fromkeys(["cut#0", "cut#1", "cut#2", "whole#0"], ("kept", ""))


def test_units_of_a_row_that_is_cut_share_its_other_values(bench):
    bench.put({"cut": "note 12"}, text="one\ntwo\nthree")
    report = bench.build(Step("note/number"), parts={"segment": Step("words/lines"), "source": {"use": "notes-inline"}})
    assert report.rows["kept"] == 3
    assert len(bench.told("decode")) == 1


def test_a_repair_is_a_mark_and_not_a_fate(bench):
    bench.put(["note 11", "note -12", "note -2"])
    report = bench.build(Step("note/absolute"), Step("note/number"))
    assert report.rows == {"read": 3, "kept": 2, "dropped": 1, "quarantined": 0, "repaired": 2, "segmented": 0}
    assert report.repaired == {"note/absolute": 2}
