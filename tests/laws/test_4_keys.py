"""A fact is keyed by what it depends on, and by nothing else."""

from dataclasses import replace

from bench import OFFERS
from hypothesis import given
from hypothesis import strategies as st

from mmhub import Column, Recipe, Step
from mmhub.binding.bind import bind, fact_key

NUMBER, CURVE, ABSOLUTE = Step("note/number"), Step("note/curve"), Step("note/absolute")
LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
PARTS = st.dictionaries(st.text(), st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3), max_leaves=8))
FACTORS = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.from_regex(r"[a-z]{1,8}", fullmatch=True)


def keys(*steps, field="note", offers=OFFERS, **columns):
    """Return the key of every step of a recipe, by the step's place."""
    fields = {field: Column(modality="note"), **columns}
    bound = bind(Recipe(name="notes", fields=fields, steps=steps), offers).bound
    return {each.step: each.key for each in bound}


@given(PARTS, st.randoms(use_true_random=False))
def test_a_key_does_not_depend_on_the_order_of_its_parts(parts, random):
    shuffled = list(parts.items())
    random.shuffle(shuffled)
    assert fact_key(dict(shuffled)) == fact_key(parts)


@given(PARTS, PARTS)
def test_different_parts_have_different_keys(some, others):
    # True equals 1 and 0.0 equals -0.0 in Python, and neither in JSON.
    assert (fact_key(some) == fact_key(others)) == (repr(sorted(some.items())) == repr(sorted(others.items())))


@given(FACTORS, FACTORS)
def test_options_enter_the_key(one, other):
    key, another = (keys(Step("note/curve", options={"factor": each}))["note/curve"] for each in (one, other))
    assert (key == another) == (repr(one) == repr(other))


@given(st.floats(allow_nan=False), st.floats(allow_nan=False), st.sampled_from(["all", "any"]), st.booleans())
def test_rules_never_enter_the_key(at_least, at_most, over, on):
    rule = {"at_least": at_least, "at_most": at_most, "over": over, "on": on}
    own = {"fact": "number", "relative": "quantile", "at_most": 0.5}
    assert keys(Step("note/number", rules={"too-small": rule, "own": own})) == keys(NUMBER)


@given(NAMES, NAMES)
def test_names_of_steps_and_fields_never_enter_the_key(name, field):
    renamed = keys(Step("note/curve", name=name), field=field)
    assert renamed[name] == keys(CURVE)["note/curve"]


@given(st.lists(st.sampled_from(["note/number", "note/marks", "note/curve"]), unique=True), st.booleans())
def test_other_steps_and_fields_never_enter_the_key(names, more):
    columns = {"text": Column(modality="string")} if more else {}
    alone = {name: keys(Step(name))[name] for name in names}
    together = keys(*map(Step, names), **columns)
    assert {name: together[name] for name in names} == alone


def test_a_repair_enters_the_keys_of_what_comes_after_it_wherever_it_stands():
    plain, mended = keys(NUMBER, CURVE), keys(NUMBER, CURVE, ABSOLUTE)
    assert plain["decode"] == mended["decode"]
    assert plain["note/number"] != mended["note/number"]
    assert plain["note/curve"] != mended["note/curve"]
    assert mended == keys(ABSOLUTE, CURVE, NUMBER)


def test_repairs_of_another_field_never_enter_the_key():
    more = {"text": Column(modality="words")}
    length = Step("words/length")
    assert keys(ABSOLUTE, length, **more)["words/length"] == keys(length, **more)["words/length"]


def test_repairs_enter_the_key_in_their_order():
    repairs = [Step("note/absolute", name=name) for name in "ab"]
    chains = [keys(*order, NUMBER)["note/number"] for order in (repairs, repairs[:1], repairs[::-1])]
    assert chains[0] != chains[1]
    assert chains[0] == chains[2]


def test_the_version_of_an_operator_enters_the_key():
    newer = replace(
        OFFERS, operators={**OFFERS.operators, "note/number": replace(OFFERS.operator("note/number"), version=2)}
    )
    before, after = keys(NUMBER, CURVE), keys(NUMBER, CURVE, offers=newer)
    assert (before["note/number"] != after["note/number"], before["note/curve"]) == (True, after["note/curve"])


def test_the_version_of_a_modality_enters_all_its_keys():
    newer = replace(OFFERS, modalities={**OFFERS.modalities, "note": replace(OFFERS.modality("note"), version=2)})
    before, after = keys(NUMBER, CURVE, ABSOLUTE), keys(NUMBER, CURVE, ABSOLUTE, offers=newer)
    assert all(before[name] != after[name] for name in before)


def test_no_two_steps_of_different_operators_share_a_key():
    steps = [Step(name) for name, operator in OFFERS.operators.items() if getattr(operator, "modality", "") == "note"]
    found = keys(*steps, CURVE)
    assert len(set(found.values())) == len(found) > 3
