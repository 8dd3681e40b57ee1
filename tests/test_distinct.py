"""What a recipe can ask of duplicates, and what becomes of them in a build."""

import pytest
from bench import OFFERS

from mmhub import Best, Column, Distinct, RecipeError, Step
from mmhub.binding.bind import bind

MARKS = "note/marks"


def dropped(bench):
    return {row_id: row["message"] for row_id, row in bench.ledger().items() if row["fate"] == "dropped"}


def two_fields(bench, pairs, **columns):
    """Add rows of two notes, ``left`` and ``right``."""
    for n, (left, right) in enumerate(pairs):
        row = {"row_id": f"r{n}", **columns}
        for name, number in (("left", left), ("right", right)):
            (bench.folder / f"{n}.{name}").write_text(f"note {number}")
            row[name] = f"{bench.folder / f'{n}.{name}'}"
        bench.rows.append(row)
    note = {"modality": "note"}
    return {"fields": {"left": Column(**note), "right": Column(**note)}}


def test_the_best_of_a_cluster_is_kept_and_the_ledger_says_which(bench):
    bench.put({"a": "note 20", "b": "note 21", "c": "note 90", "d": "note 21 x"})
    near = {"repeated": {"within": 1, "keep": {"fact": "note/number.number", "order": "highest"}}}
    bench.build(Step("note/number"), Step(MARKS, rules=near))
    assert dropped(bench) == {"a": "repeats b", "d": "repeats b"}
    clusters = {row_id: row["cluster:note/marks.repeated"] for row_id, row in bench.ledger().items()}
    assert clusters == {"a": "b", "b": "b", "c": None, "d": "b"}


def test_what_is_kept_does_not_depend_on_the_order_of_rows(bench):
    bench.put({f"r{n}": f"note {n}" for n in range(16, 32)})
    rules = {"repeated": {"within": 2, "keep": {"fact": "note/number.number", "order": "lowest"}}}
    recipe = bench.recipe(Step("note/number"), Step(MARKS, rules=rules))
    first = bench.build(recipe=recipe)
    before = dropped(bench)
    bench.rows.reverse()
    again = bench.build(Step("note/number"), Step(MARKS, rules=rules), store=bench.store.with_name("other"))
    assert again.identity == first.identity
    assert before


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        ({}, {"a", "d"}),
        ({"gives_way": []}, {"c", "d"}),
        ({"splits": "apart"}, {"d"}),
        ({"splits": "guarded"}, {"a"}),
        ({"splits": "guarded", "gives_way": "test"}, {"c", "d"}),
    ],
)
def test_a_rule_says_whether_splits_are_compared_and_which_gives_way(bench, rule, gone):
    bench.put({"a": "note 20", "b": "note 30"}, split="train")
    bench.put({"c": "note 20 x", "d": "note 20 y"}, split="test")
    bench.build(Step(MARKS, rules={"repeated": rule}))
    assert set(dropped(bench)) == gone


@pytest.mark.parametrize(("over", "gone"), [("all", {"r2"}), ("any", {"r1", "r2"})])
def test_a_list_is_compared_value_by_value(bench, over, gone):
    bench.rows += [{"row_id": f"r{n}", "words": words} for n, words in enumerate(["ab", "ac", "ba"])]
    for row in bench.rows:
        row["words"] = list(row["words"])
    fields = {"words": Column(modality="words", many=True, distinct={"over": over})}
    bench.build(parts={"fields": fields})
    assert set(dropped(bench)) == gone


def test_two_fields_are_one_pool_where_a_rule_says_so(bench):
    parts = two_fields(bench, [(20, 30), (30, 40), (50, 60), (30, 20)])
    bench.build(Step(MARKS, rules={"repeated": {"pool": True, "over": "any"}}), parts=parts)
    assert dropped(bench) == {"r1": "repeats r0", "r3": "repeats r0"}
    bench.build(Step(MARKS, rules={"repeated": {"fields": "left"}}), parts=parts)
    assert dropped(bench) == {"r3": "repeats r1"}


def test_vectors_of_an_encoder_are_compared_by_their_angle(bench):
    bench.put({"a": "note 1.0", "b": "note 1.1", "c": "note 2.0", "d": "note 7.2832"})
    bench.build(Step("note/curve", rules={"repeated": {"fact": "vector", "at_least": 0.99}}))
    assert dropped(bench) == {"b": "repeats a", "d": "repeats a"}


def test_a_field_keeps_one_of_those_with_the_same_bytes(bench):
    bench.put({"a": "note 20", "b": "note 20", "c": "note 20 "})
    best = {"keep": {"fact": "note/number.number"}}
    bench.build(Step("note/number"), parts={"fields": {"note": Column(modality="note", distinct=best)}})
    assert bench.ledger()["b"]["reason"] == "identical"
    assert dropped(bench) == {"b": "repeats a"}
    assert bench.ledger()["a"]["cluster:note.identical"] == "a"


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (Step(MARKS, rules={"repeated": {"wihin": 2}}), "has no parameter 'wihin'; did you mean 'within'?"),
        (Step(MARKS, rules={"repeated": {"at_least": 0.5}}), "counts what agrees of 'mark', which is uint64"),
        (Step(MARKS, rules={"repeated": {"keep": "last"}}), "rule 'repeated' of step 'note/marks': keep"),
        (Step(MARKS, rules={"repeated": {"keep": {"fact": "nu.number"}}}), "the best 'nu.number', which no step finds"),
        (Step(MARKS, rules={"repeated": {"fields": "nte"}}), "compares the field 'nte', which the step does not read"),
        (Step("note/curve", rules={"x": {"fact": "vector"}}), "does not say with `at_least` how much of 'vector'"),
        (Step("note/curve", rules={"x": {"fact": "vectr"}}), "reads 'vectr', not one of its facts; did you mean 'vec"),
        (Step("note/number", rules={"x": {"fact": "number", "within": 2}}), "counts differing bits of 'number'"),
    ],
)
def test_what_cannot_be_compared_is_said(bench, step, sentence):
    with pytest.raises(RecipeError) as raised:
        bind(bench.recipe(step), OFFERS)
    assert sentence in str(raised.value)


def test_the_distinct_of_a_field_is_checked():
    for asked, sentence in (
        ({"within": 2}, "`distinct` of field 'note' has no parameter 'within'"),
        ({"over": "some"}, "`distinct` of field 'note': over = 'some'"),
        ({"keep": {"fact": "x.y"}}, "`distinct` of field 'note' keeps the one with the best 'x.y'"),
    ):
        with pytest.raises(RecipeError) as raised:
            bind(_recipe(asked), OFFERS)
        assert sentence in str(raised.value)


def _recipe(asked):
    from mmhub import From, Recipe

    return Recipe(name="x", source=From(use="notes"), fields={"note": Column(modality="note", distinct=asked)})


def test_rules_on_duplicates_can_be_set_for_once(bench):
    bench.put({"a": "note 20", "b": "note 21", "c": "note 1.0", "d": "note 1.1"})
    steps = Step(MARKS), Step("note/curve", rules={"turned": {"fact": "vector", "at_least": 1.0}})
    bench.build(
        *steps, settings=["note/marks.within=1", "note/curve.turned.at_least=0.99", "note/curve.turned.on=false"]
    )
    assert set(dropped(bench)) == {"b", "d"}


def test_a_rule_is_written_in_python_as_it_is_in_yaml():
    said = {"fact": "x", "reason": "y", "keep": {"fact": "a.b", "order": "lowest"}, "fields": "image"}
    assert Distinct(**said) == Distinct("x", reason="y", keep=Best("a.b", order="lowest"), fields=("image",))
