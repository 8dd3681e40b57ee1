"""Which split each row is in, and how classes are balanced."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import units_of
from pydantic import ValidationError

from mmhub import Balance, Column, Recipe, RecipeError, Splits, Step, load, load_ledger
from mmhub.decide.splitting.balance import surplus, weights
from mmhub.decide.splitting.splits import grouped, hashed, numbered, stratified

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
IDS = st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=40, unique=True)
LABELS = st.sampled_from(["cat", "dog", "owl", None])


def of(splits, units, *more):
    return dict(zip(units.ids.to_pylist(), splits.to_pylist(), strict=True))


def every(units):
    return np.arange(len(units))


# -- hashed --------------------------------------------------------------------------------------------------------


@given(IDS, st.data())
def test_where_a_hashed_row_is_does_not_depend_on_other_rows(ids, data):
    rule = Splits(how="hashed", shares=SHARES)
    some = data.draw(st.permutations(ids))[: data.draw(st.integers(1, len(ids)))]
    whole, part = units_of(ids), units_of(some)
    assert of(hashed(rule, part), part).items() <= of(hashed(rule, whole), whole).items()


def test_hashed_splits_have_their_shares():
    counts = Counter(hashed(Splits(shares=SHARES), units_of([f"r{n}" for n in range(5000)])).to_pylist())
    # Four standard deviations of the binomial distribution.
    assert abs(counts["train"] - 4000) < 4 * 28.3
    assert abs(counts["test"] - 500) < 4 * 21.2


def test_another_seed_shares_out_otherwise():
    units = units_of([f"r{n}" for n in range(100)])
    assert hashed(Splits(shares=SHARES), units) != hashed(Splits(shares=SHARES, seed=1), units)


@given(st.dictionaries(st.text(min_size=1, max_size=4), LABELS, min_size=1, max_size=20))
def test_rows_with_one_value_are_hashed_to_one_split(found):
    units = units_of(list(found), kind=found)
    placed = of(hashed(Splits(how="hashed", shares=SHARES, field="kind"), units), units)
    where = {kind: {placed[row_id] for row_id in found if found[row_id] == kind} for kind in found.values() if kind}
    assert all(len(splits) == 1 for splits in where.values())


# -- stratified ----------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text(min_size=1, max_size=4), LABELS, min_size=1, max_size=40), st.data())
def test_stratified_splits_have_the_shares_of_every_label_but_for_rounding(found, data):
    units = units_of(list(found), kind=found)
    kept = np.array(sorted(data.draw(st.sets(st.sampled_from(range(len(found)))))), dtype=np.int64)
    placed = stratified(Splits(how="stratified", shares=SHARES, field="kind"), units, kept).to_pylist()
    kinds = list(found.values())
    sizes = Counter(kinds[n] for n in kept)
    counts = Counter((kinds[n], placed[n]) for n in kept)
    for kind, size in sizes.items():
        for split, share in SHARES.items():
            exact = size * Fraction(str(share))
            assert abs(counts[kind, split] - exact) < 1
    assert sum(counts.values()) == len(kept)
    assert {placed[n] for n in range(len(found)) if n not in kept} <= {""}


@given(st.dictionaries(st.text(min_size=1, max_size=4), LABELS, min_size=1, max_size=30), st.randoms())
def test_stratified_splits_do_not_depend_on_the_order_of_rows(found, random):
    rule = Splits(how="stratified", shares=SHARES, field="kind")
    units = units_of(list(found), kind=found)
    ids = list(found)
    random.shuffle(ids)
    other = units_of(ids, kind=found)
    assert of(stratified(rule, units, every(units)), units) == of(stratified(rule, other, every(other)), other)


def test_many_labels_of_few_rows_still_come_near_the_shares_of_the_whole():
    found = {f"r{n:03d}": str(n // 3) for n in range(300)}
    units = units_of(list(found), kind=found)
    counts = Counter(stratified(Splits(how="stratified", shares=SHARES, field="kind"), units, every(units)).to_pylist())
    assert counts == {"train": 240, "validation": 30, "test": 30}


# -- grouped -------------------------------------------------------------------------------------------------------

FOUND = st.dictionaries(st.text(min_size=1, max_size=4), st.tuples(LABELS, LABELS), min_size=1, max_size=40)
GROUPED = Splits(how="grouped", shares=SHARES, field="kind")


@given(FOUND)
def test_no_group_is_on_both_sides(found):
    units = units_of(list(found), one={k: v[0] for k, v in found.items()}, other={k: v[1] for k, v in found.items()})
    links = [(every(units), numbered(units.plain[name])) for name in ("one", "other")]
    placed = grouped(GROUPED, units, every(units), links).to_pylist()
    for name in ("one", "other"):
        values = units.plain[name].to_pylist()
        where = {value: {placed[n] for n in range(len(units)) if values[n] == value} for value in values if value}
        assert all(len(splits) == 1 for splits in where.values())


@given(FOUND, st.randoms())
def test_grouped_splits_do_not_depend_on_the_order_of_rows(found, random):
    def placed(ids):
        units = units_of(ids, one={k: v[0] for k, v in found.items()})
        return of(grouped(GROUPED, units, every(units), [(every(units), numbered(units.plain["one"]))]), units)

    shuffled = random.sample(list(found), len(found))
    assert placed(shuffled) == placed(list(found))


def test_grouped_splits_come_as_near_to_their_shares_as_whole_groups_can():
    found = {f"r{n:03d}": str(n % 20) for n in range(200)}
    units = units_of(list(found), one=found)
    placed = grouped(GROUPED, units, every(units), [(every(units), numbered(units.plain["one"]))])
    assert Counter(placed.to_pylist()) == {"train": 160, "validation": 20, "test": 20}


# -- builds --------------------------------------------------------------------------------------------------------

FIELDS = {"note": Column(modality="note"), "kind": Column(modality="string")}


def build(bench, splits, *steps, **parts):
    fields = parts.pop("fields", FIELDS)
    bench.build(*steps, parts={"fields": fields, "splits": splits, **parts})
    loaded = load("notes", store=bench.store)
    return {split: set(rows["row_id"]) for split, rows in loaded.items()}


def tables(bench):
    """Return the splits without their media."""
    return [rows.remove_columns("note") for rows in load("notes", store=bench.store).values()]


def put(bench, count=40):
    for n in range(count):
        bench.put({f"r{n:02d}": f"note {20 + n}"}, kind="cat" if n % 4 else "dog")


def test_a_build_has_the_splits_its_recipe_says(bench):
    put(bench)
    found = build(bench, Splits(how="stratified", shares={"train": 0.75, "test": 0.25}, field="kind"))
    assert {split: len(rows) for split, rows in found.items()} == {"train": 30, "test": 10}
    kinds = {row["row_id"]: row["kind"] for rows in tables(bench) for row in rows}
    counts = {split: Counter(kinds[row_id] for row_id in rows) for split, rows in found.items()}
    # 7.5 of ten dogs: rounded down or up, and the cats the other way.
    assert counts["train"]["dog"] in (7, 8)
    assert counts["train"]["cat"] + counts["train"]["dog"] == 30


def test_splits_take_part_in_the_identity(bench):
    put(bench)
    one, other = (
        bench.build(parts={"fields": FIELDS, "splits": Splits(shares=SHARES, seed=seed)}).identity for seed in (0, 1)
    )
    assert one != other


def test_a_version_with_splits_is_verified(bench):
    from mmhub.store import Store
    from mmhub.tables import Tables
    from mmhub.version import find

    put(bench)
    for splits in (Splits(shares=SHARES), Splits(how="stratified", shares=SHARES, field="kind")):
        build(bench, splits, Step("note/number", rules={"too-small": {"at_least": 25.0}}))
        version = find(Store.at(bench.store), "notes")
        assert Tables.of(version, Store.at(bench.store)).digest() == version.manifest["rows"]


def test_rows_that_are_not_kept_are_in_no_stratified_split(bench):
    put(bench)
    build(
        bench,
        Splits(how="stratified", shares=SHARES, field="kind"),
        Step("note/number", rules={"too-small": {"at_least": 30.0}}),
    )
    for row in load_ledger("notes", store=bench.store):
        assert (row["split"] == "") == (row["fate"] != "kept")


def test_rows_that_are_alike_are_in_one_split(bench):
    for n in range(40):
        bench.put({f"r{n:02d}": f"note {20 + n // 4}"})
    marks = Step("note/marks", rules={"repeated": False})
    shares = {"train": 0.5, "test": 0.5}
    splits = Splits(how="grouped", shares=shares, rule="note/marks.repeated")
    found = build(bench, splits, marks, fields={"note": Column(modality="note")})
    assert sum(map(len, found.values())) == 40
    assert {len(rows) for rows in found.values()} == {20}
    groups = [{f"r{n:02d}" for n in range(start, start + 4)} for start in range(0, 40, 4)]
    assert all(any(group <= rows for rows in found.values()) for group in groups)


def test_units_cut_from_one_row_are_in_one_split(bench):
    for n in range(20):
        bench.put({f"r{n}": "note 20"}, text=f"one {n}\ntwo {n}\nthree {n}")
    fields = {"text": Column(modality="words"), "kind": Column(modality="string", of="row_id")}
    for splits in (Splits(shares=SHARES), Splits(how="grouped", shares=SHARES, field="text")):
        found = build(bench, splits, fields=fields, segment=Step("words/lines"))
        rows = [{row_id.partition("#")[0] for row_id in ids} for ids in found.values()]
        assert sum(map(len, rows)) == 20


def test_a_rule_to_split_by_that_is_not_there_is_named(bench):
    put(bench)
    with pytest.raises(RecipeError, match=r"step 'note/marks' has no rule 'repeat' on duplicates.*'repeated'"):
        build(bench, Splits(how="grouped", shares=SHARES, rule="note/marks.repeat"), Step("note/marks"))
    with pytest.raises(RecipeError, match=r"splits go by a rule of 'note/mark', .* did you mean 'note/marks'"):
        build(bench, Splits(how="grouped", shares=SHARES, rule="note/mark.repeated"), Step("note/marks"))


# -- balance -------------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text(min_size=1, max_size=4), LABELS, min_size=1, max_size=40))
def test_all_classes_weigh_the_same_and_the_mean_is_one(found):
    units = units_of(list(found), kind=found)
    found_weights = np.asarray(weights(Balance(field="kind"), units, every(units)))
    kinds = np.array([kind or "" for kind in found.values()])
    totals = [found_weights[kinds == kind].sum() for kind in set(kinds) - {""}]
    assert np.allclose(totals, np.mean(totals) if totals else 0)
    assert np.allclose(found_weights.mean(), 1)


@given(st.dictionaries(st.text(min_size=1, max_size=4), LABELS, min_size=1, max_size=40))
def test_undersampling_leaves_as_many_of_each_class(found):
    units = units_of(list(found), kind=found)
    gone = surplus(Balance(field="kind", how="undersample"), units, every(units))
    kinds = list(found.values())
    left = Counter(kind for n, kind in enumerate(kinds) if n not in gone)
    smallest = min([size for kind, size in Counter(kinds).items() if kind], default=0)
    assert {size for kind, size in left.items() if kind} <= {smallest}
    assert left[None] == kinds.count(None)


def test_weights_are_a_column_of_the_dataset(bench):
    put(bench)
    build(bench, None, balance=Balance(field="kind"))
    (rows,) = tables(bench)
    assert {row["kind"]: row["weight"] for row in rows} == {"dog": 2.0, "cat": pytest.approx(2 / 3)}


def test_what_is_too_much_of_a_class_is_dropped_as_balanced(bench):
    put(bench)
    report = bench.build(parts={"fields": FIELDS, "balance": Balance(field="kind", how="undersample")})
    assert report.dropped == {"balanced": 20}
    assert report.rows["kept"] == 20


# -- nonsense ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"how": "hashed"}, "shares are lacking"),
        ({"shares": {"train": 0.8, "test": 0.1}}, "shares add up to 0.9: expected 1"),
        ({"shares": {"train": 1.2, "test": -0.2}}, "the share of 'train' is 1.2"),
        ({"how": "given", "shares": SHARES}, "with `how: given` the source says it all"),
        ({"how": "stratified", "shares": SHARES}, "name the `field` that holds it"),
        ({"how": "grouped", "shares": SHARES}, "name a `field`, or a `rule`"),
        ({"how": "hashed", "shares": SHARES, "rule": "a.b"}, "say `how: grouped`"),
        ({"how": "grouped", "shares": SHARES, "rule": "ab"}, "write STEP.REASON"),
    ],
)
def test_splits_that_make_no_sense_are_refused(asked, message):
    with pytest.raises(ValidationError) as raised:
        Splits(**asked)
    assert message in str(raised.value)


def test_oversampling_is_refused_with_a_reason():
    with pytest.raises(ValidationError, match="a row id stands for one row: take `weights`, and draw by them"):
        Balance(field="kind", how="oversample")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"splits": {"shares": SHARES, "field": "knid"}}, "did you mean 'kind'"),
        ({"balance": {"field": "tags"}}, "'tags' holds lists"),
        ({"balance": {"field": "kind"}, "fields": {**FIELDS, "weight": FIELDS["kind"]}}, "which is a field already"),
    ],
)
def test_splits_go_by_fields_of_the_recipe(parts, message):
    fields = {**FIELDS, "tags": Column(modality="string", many=True), **parts.pop("fields", {})}
    with pytest.raises(ValidationError, match=message):
        Recipe(name="notes", fields=fields, **parts)
