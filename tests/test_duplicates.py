"""Near duplicates against a plain reading: each in turn repeats the first kept one near it, or is kept."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mmhub.decide.duplicates import repeats
from mmhub.decide.minhash import resembles

FLIPS = st.lists(st.integers(0, 63), max_size=9)


@st.composite
def hashes(draw):
    """Hashes around a few centres, so that many are near each other."""
    centres = draw(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=3))
    around = st.tuples(st.sampled_from(centres), FLIPS)
    return [centre ^ sum({1 << bit for bit in flips}) for centre, flips in draw(st.lists(around, max_size=20))]


def plainly(values, alike):
    of, kept = [], []
    for place, value in enumerate(values):
        first = next((other for other in kept if alike(values[other], value)), -1)
        of.append(first)
        if first < 0:
            kept.append(place)
    return of


@given(hashes(), st.integers(0, 8))
def test_a_hash_repeats_the_first_kept_one_within_the_distance(values, within):
    found = repeats(np.array(values, dtype=np.uint64), within=within).tolist()
    assert found == plainly(values, lambda one, other: (one ^ other).bit_count() <= within)


SIGNATURES = st.lists(st.lists(st.integers(0, 2), min_size=8, max_size=8), max_size=12)


@given(SIGNATURES, st.sampled_from([0.75, 0.875, 1.0]))
def test_a_signature_repeats_the_first_kept_one_that_agrees_enough(values, at_least):
    def alike(one, other):
        agree = [a == b for a, b in zip(one, other, strict=True)]
        # Only what agrees in a band of four in a row is ever compared.
        return one == other or (sum(agree) / 8 >= at_least and (all(agree[:4]) or all(agree[4:])))

    signatures = np.array(values, dtype=np.uint32).reshape(-1, 8)
    assert resembles(lambda places: signatures[places], len(signatures), at_least=at_least).tolist() == plainly(values, alike)


@given(hashes(), st.integers(0, 8))
def test_what_is_kept_is_not_near_what_else_is_kept(values, within):
    of = repeats(np.array(values, dtype=np.uint64), within=within)
    kept = [value for value, first in zip(values, of, strict=True) if first < 0]
    assert all((a ^ b).bit_count() > within for n, a in enumerate(kept) for b in kept[:n])
