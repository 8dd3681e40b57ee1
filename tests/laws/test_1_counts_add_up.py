"""Units = kept + dropped + quarantined, in every work unit and in total. No row disappears."""

from collections import Counter

from mmhub import Step

MIXED = ["note 11", "note 2", "torn", None, "note 12 raise", "note 12", "note 13 nan", "fail"]


def test_every_row_of_the_source_has_one_fate(bench):
    bench.put(MIXED)
    report = bench.build(Step("note/number"))
    assert report.rows == {"read": 8, "kept": 2, "dropped": 1, "quarantined": 5, "repaired": 0, "segmented": 0}
    assert len(bench.fates()) == 8
    assert Counter(fate for fate, _ in bench.fates().values()) == {"kept": 2, "dropped": 1, "quarantined": 5}
