"""Every unit has one fate, and why it has that one does not depend on the others, or on their order."""

from hypothesis import given
from hypothesis import strategies as st
from making import bindings_of, facts_of, units_of

from mmhub import Step
from mmhub.columns import FactColumns
from mmhub.decide.fates import decide
from mmhub.faults import Fault
from mmhub.report import counts

NUMBERS = st.none() | st.floats(-50, 50) | st.sampled_from([9.0, 10.0, 11.0]) | st.just(Fault("torn", ""))
FOUND = st.dictionaries(st.from_regex(r"[a-z]{1,3}", fullmatch=True), NUMBERS, min_size=1, max_size=12)
BOUNDS = st.floats(-60, 60)


def outcome(found, *steps, keep=None, deny=()):
    """Return fates by row id, in the order of ``found``, which holds by row id a number or a fault."""
    bindings, units = bindings_of(*steps), units_of(list(found))
    faults = {row_id: value for row_id, value in found.items() if isinstance(value, Fault)}
    sound = {row_id: value for row_id, value in found.items() if row_id not in faults}
    marks = {row_id: int(value) % 2**64 for row_id, value in sound.items() if value is not None}
    decoded = {row_id: faults.get(row_id, ()) for row_id in found}
    facts = facts_of(bindings, units, {"decode": decoded, "note/number": sound, "note/marks": marks})
    fates = decide(bindings, units, facts, FactColumns(bindings, units, facts), keep=keep, deny=deny)
    return fates, {row_id: fates.verdicts[code] for row_id, code in zip(found, fates.codes, strict=True)}


def number(**rules):
    return Step("note/number", rules=rules)


OUTLYING = number(outlying={"on": True, "at_most": 1.0, "at_least": -1.0})


@given(FOUND)
def test_fates_add_up_to_the_units(found):
    fates, _ = outcome(found, OUTLYING, Step("note/marks"))
    rows = counts(fates, [], segmented=0)["rows"]
    assert rows["kept"] + rows["dropped"] + rows["quarantined"] == rows["read"] == len(found)
    assert rows["kept"] == len(fates.kept)


@given(FOUND)
def test_reasons_add_up_to_their_fates(found):
    fates, _ = outcome(found, OUTLYING, Step("note/marks"))
    report = counts(fates, [], segmented=0)
    assert {fate: sum(report[fate].values()) for fate in ("dropped", "quarantined")} == {
        fate: report["rows"][fate] for fate in ("dropped", "quarantined")
    }


@given(FOUND, st.randoms(use_true_random=False))
def test_fates_do_not_depend_on_the_order_of_units(found, random):
    shuffled = list(found.items())
    random.shuffle(shuffled)
    steps = (OUTLYING, Step("note/marks"))
    assert outcome(dict(shuffled), *steps)[1] == outcome(found, *steps)[1]


@given(FOUND)
def test_what_is_faulty_is_quarantined_and_nothing_else(found):
    _, verdicts = outcome(found, OUTLYING, Step("note/marks"))
    faulty = {row_id for row_id, value in found.items() if isinstance(value, Fault)}
    assert {row_id for row_id, verdict in verdicts.items() if verdict.fate == "quarantined"} == faulty


@given(FOUND, BOUNDS)
def test_an_absolute_rule_drops_what_is_outside_and_passes_what_is_not_known(found, bound):
    _, verdicts = outcome(found, number(**{"too-small": {"at_least": bound}}))
    for row_id, value in found.items():
        if not isinstance(value, Fault):
            assert (verdicts[row_id].fate == "dropped") == (value is not None and value < bound)


@given(FOUND, BOUNDS, BOUNDS)
def test_a_tighter_rule_keeps_no_more(found, one, other):
    loose, tight = sorted((one, other))
    kept = [
        {row_id for row_id, verdict in outcome(found, step)[1].items() if verdict.fate == "kept"}
        for step in (number(**{"too-small": {"at_least": bound}}) for bound in (loose, tight))
    ]
    assert kept[1] <= kept[0]


@given(FOUND, st.lists(st.floats(-50, 9.5), max_size=5))
def test_what_an_absolute_rule_drops_does_not_shift_a_relative_one(found, dropped):
    """Relative rules are fitted on the units that survive all absolute rules, whatever else there is."""
    more = {**found, **{f"dropped {n}": value for n, value in enumerate(dropped)}}
    _, before = outcome(found, OUTLYING)
    _, after = outcome(more, OUTLYING)
    assert {row_id: after[row_id] for row_id in found} == before


@given(FOUND)
def test_of_equal_facts_the_smallest_row_id_is_kept(found):
    _, verdicts = outcome(found, Step("note/marks"))
    clusters = {}
    for row_id, value in found.items():
        if value is not None and not isinstance(value, Fault):
            clusters.setdefault(int(value), []).append(row_id)
    for cluster in clusters.values():
        assert [row_id for row_id in cluster if verdicts[row_id].fate == "kept"] == [min(cluster)]


@given(FOUND, st.data())
def test_lists_of_ids_decide_before_anything_else(found, data):
    keep = data.draw(st.sets(st.sampled_from(sorted(found))))
    deny = data.draw(st.sets(st.sampled_from(sorted(found))))
    _, verdicts = outcome(found, OUTLYING, keep=sorted(keep), deny=sorted(deny))
    assert {row_id for row_id, verdict in verdicts.items() if verdict.reason == "not-listed"} == set(found) - keep
    assert {row_id for row_id, verdict in verdicts.items() if verdict.reason == "denied"} == deny & keep


@given(FOUND)
def test_the_first_rule_that_fails_gives_the_reason(found):
    steps = number(**{"never": {"fact": "number", "at_least": 60.0}, "too-small": {"at_least": 10.0}})
    for row_id, verdict in outcome(found, steps)[1].items():
        if verdict.fate == "dropped":
            small = found[row_id] < 10.0
            assert verdict.reason == ("too-small" if small else "never")
            assert (verdict.step, verdict.field, verdict.fact) == ("note/number", "note", "number")
