"""Duplicates against a plain reading: a value is repeated where it is near one of a unit that was kept before."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmhub.decide.duplicates import candidates, compared, cosine
from mmhub.decide.duplicates.candidates import alike, unlike
from mmhub.decide.duplicates.cosine import Cosine, cosines
from mmhub.decide.duplicates.hamming import Hamming
from mmhub.decide.duplicates.minhash import Signatures, choices
from mmhub.decide.duplicates.preference import Quality, ordered
from mmhub.decide.duplicates.repeats import Values, repeats
from mmhub.operators import Best, Distinct
from mmhub.units import Units

FLIPS = st.lists(st.integers(0, 63), max_size=9)


@st.composite
def hashes(draw, most=20):
    """Hashes around a few centres, so that many are near each other."""
    centres = draw(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=3))
    around = st.tuples(st.sampled_from(centres), FLIPS)
    return [centre ^ sum({1 << bit for bit in flips}) for centre, flips in draw(st.lists(around, max_size=most))]


def near_by(within):
    return lambda one, other: (one ^ other).bit_count() <= within


def plainly(units, near, bars=None, over="all"):
    """Return which unit each list of values repeats, or -1."""
    of = []
    for place, values in enumerate(units):
        kept = [n for n in range(place if bars is None else bars[place]) if of[n] < 0]
        firsts = [next((n for n in kept if any(near(value, each) for each in units[n])), -1) for value in values]
        found = [first for first in firsts if first >= 0]
        of.append(min(found) if found and len(found) >= (len(values) if over == "all" else 1) else -1)
    return of


def separated(units, facts, kind, rule, bars=None):
    """Return the same as it is decided, from lists of values and an Arrow array of all of them."""
    owners = np.repeat(np.arange(len(units)), [len(values) for values in units])
    kinds, found = compared.compared(lambda places: facts.take(pa.array(places)), len(facts), kind, rule)
    sizes = np.array([len(values) for values in units], dtype=np.int64)
    bars = np.arange(len(units)) if bars is None else np.array(bars, dtype=np.int64)
    return repeats(Values(owners, kinds, sizes, bars), found, over=rule.over).tolist()


def flat(units, kind):
    return pa.array([value for values in units for value in values], kind)


@given(hashes(), st.integers(0, 8))
def test_a_hash_repeats_the_first_kept_one_within_the_distance(values, within):
    units = [[value] for value in values]
    found = separated(units, flat(units, pa.uint64()), "hash", Distinct("x", reason="x", within=within))
    assert found == plainly(units, near_by(within))


@given(hashes(), st.integers(0, 8))
def test_what_is_kept_is_not_near_what_else_is_kept(values, within):
    units = [[value] for value in values]
    of = separated(units, flat(units, pa.uint64()), "hash", Distinct("x", reason="x", within=within))
    kept = [value for value, first in zip(values, of, strict=True) if first < 0]
    assert all((a ^ b).bit_count() > within for n, a in enumerate(kept) for b in kept[:n])


@given(hashes(), st.integers(1, 3), st.sampled_from(["all", "any"]), st.integers(0, 5), st.data())
def test_a_list_repeats_others_when_all_or_any_of_its_values_do(values, size, over, within, data):
    units = [values[start : start + size] for start in range(0, len(values), size)]
    bars = data.draw(st.sampled_from([None, [n - n % 3 for n in range(len(units))]]))
    rule = Distinct("x", reason="x", within=within, over=over)
    found = separated(units, flat(units, pa.uint64()), "hash", rule, bars)
    assert found == plainly(units, near_by(within), bars, over)


@pytest.mark.parametrize(("few", "many", "dense"), [(2, 4, 0.0), (2, 4, 1.1), (1, 1, 1.1), (1, 1, 0.5)])
@given(values=hashes(60), within=st.integers(1, 5))
def test_crowds_change_nothing(few, many, dense, values, within):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"_FEW": few, "_MANY": many, "_DENSE": dense, "_DENSEST": dense}.items():
            patch.setattr(candidates, name, value)
        units = [[value] for value in values]
        found = separated(units, flat(units, pa.uint64()), "hash", Distinct("x", reason="x", within=within))
    assert found == plainly(units, near_by(within))


def test_nearly_black_pictures_are_told_without_counting_their_pairs():
    flips = np.random.default_rng(0).integers(0, 64, (20_000, 2), dtype=np.uint64)
    values = np.unique(np.bitwise_xor.reduce(np.uint64(1) << flips, axis=1))
    values = np.concatenate([values, np.random.default_rng(1).integers(0, 2**64, 2_000, dtype=np.uint64)])
    found = alike(Hamming(values, within=4), len(values))
    assert found.crowds
    assert len(found.partners.numbers) < 20 * len(values)


SIGNATURES = st.lists(st.lists(st.integers(0, 2), min_size=8, max_size=8), max_size=12)


@given(SIGNATURES, st.sampled_from([0.25, 0.5, 0.75, 0.875, 1.0]))
def test_a_signature_repeats_the_first_kept_one_that_agrees_enough_and_shares_a_key(values, at_least):
    keys = choices(8, at_least, 64, seed=0)

    def near(one, other):
        agree = [a == b for a, b in zip(one, other, strict=True)]
        return one == other or (sum(agree) / 8 >= at_least and any(all(agree[n] for n in key) for key in keys))

    units = [[value] for value in values]
    rule = Distinct("x", reason="x", at_least=at_least)
    assert separated(units, flat(units, pa.list_(pa.uint32())), "minhash", rule) == plainly(units, near)


@pytest.mark.parametrize(("numbers", "at_least"), [(128, 0.6), (128, 0.9), (64, 0.3), (512, 0.05)])
def test_of_signatures_that_are_just_alike_enough_99_of_100_are_found(numbers, at_least):
    rng, pairs = np.random.default_rng(0), 3_000
    ones = rng.integers(0, 2**32, (pairs, numbers), dtype=np.uint32)
    others = rng.integers(0, 2**32, (pairs, numbers), dtype=np.uint32)
    same = np.argsort(rng.random((pairs, numbers)), axis=1)[:, : int(np.ceil(numbers * at_least - 1e-9))]
    np.put_along_axis(others, same, np.take_along_axis(ones, same, axis=1), axis=1)
    signatures = np.concatenate([ones, others])
    likeness = Signatures(lambda places: signatures[places], 2 * pairs, at_least=at_least)
    found = alike(likeness, 2 * pairs)
    assert sum(n + pairs in found.partners.of(n) for n in range(pairs)) >= 0.985 * pairs


def vectors_near(centres, count, dim, cosine_of):
    """Return vectors, the second half at one angle from the first."""
    rng = np.random.default_rng(0)
    ones = rng.standard_normal((count, dim)) + centres * rng.standard_normal(dim)
    across = rng.standard_normal((count, dim))
    ones /= np.linalg.norm(ones, axis=1, keepdims=True)
    across -= (across * ones).sum(axis=1, keepdims=True) * ones
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    return np.concatenate([ones, cosine_of * ones + np.sqrt(1 - cosine_of**2) * across]).astype(np.float32)


@given(st.lists(st.lists(st.integers(-2, 2), min_size=2, max_size=2), max_size=12), st.sampled_from([0.3, 0.9]))
def test_a_vector_repeats_the_first_kept_one_at_a_small_angle(values, at_least):
    def near(one, other):
        return one == other or bool(cosines(np.array([one]), np.array([other]))[0] >= at_least)

    units = [[value] for value in values]
    rule = Distinct("vector", reason="x", at_least=at_least)
    facts = flat(units, pa.list_(pa.float32(), 2))
    assert separated(units, facts, "vector", rule) == plainly(units, near)


@pytest.mark.parametrize("partners", [64, 1, 0])
def test_vectors_with_many_partners_are_a_crowd(partners, monkeypatch):
    monkeypatch.setattr(cosine, "_PARTNERS", partners)
    vectors = np.random.default_rng(0).standard_normal((200, 3)).astype(np.float32)
    units = [[each] for each in vectors.tolist()]
    rule = Distinct("vector", reason="x", at_least=0.9)
    found = separated(units, pa.array(vectors.tolist(), pa.list_(pa.float32(), 3)), "vector", rule)
    near = cosines(np.repeat(vectors, 200, axis=0), np.tile(vectors, (200, 1))).reshape(200, 200) >= 0.9
    assert found == plainly([[n] for n in range(len(units))], lambda one, other: near[one, other])


@pytest.mark.parametrize("at_least", [0.9, 0.97])
def test_of_many_vectors_99_of_100_that_are_just_alike_enough_are_found(at_least, monkeypatch):
    pairs = 1_500
    vectors = vectors_near(1.0, pairs, 64, at_least + 1e-4)
    monkeypatch.setattr(cosine, "EXACT", 100)
    found = alike(Cosine(lambda places: vectors[places], 2 * pairs, at_least=at_least), 2 * pairs)
    assert sum(n + pairs in found.partners.of(n) for n in range(pairs)) >= 0.98 * pairs


ROW = st.tuples(st.sampled_from(["train", "test", "dev"]), st.sampled_from([None, 1.0, 2.0, 3.0]))


@given(st.lists(ROW, max_size=12), st.sampled_from(["together", "guarded"]), st.permutations(range(12)))
def test_preference_goes_by_split_then_quality_then_id_whatever_the_order(rows, splits, turn):
    turn = [n for n in turn if n < len(rows)]
    ids = [f"r{n:02d}" for n in turn]
    units = Units(pa.array(ids, pa.string()), pa.array([rows[n][0] for n in turn], pa.string()), {}, {})
    quality = Quality(pa.array([rows[n][1] for n in turn], pa.float64()), np.arange(len(turn)))
    rule = Distinct("x", reason="x", splits=splits, gives_way=("train", "dev"), keep=Best("y", "lowest"))
    order = ordered(np.arange(len(turn)), units, rule, quality)
    rank = {"test": 0, "dev": 1, "train": 2}
    expected = sorted(range(len(rows)), key=lambda n: (rank[rows[n][0]], rows[n][1] is None, rows[n][1] or 0, n))
    assert [ids[n] for n in order.units.tolist()] == [f"r{n:02d}" for n in expected]
    before = [sum(rank[rows[m][0]] < rank[rows[n][0]] for m in expected) for n in expected]
    assert order.bars.tolist() == (before if splits == "guarded" else list(range(len(rows))))


def test_a_value_that_is_not_known_repeats_nothing():
    values = Values(np.array([0, 1]), np.array([0, 0]), np.array([1, 2]), np.arange(2))
    assert repeats(values, unlike(1), over="all").tolist() == [-1, -1]
    assert repeats(values, unlike(1), over="any").tolist() == [-1, 0]
