"""The digest of rows depends on what they are, and on no order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from making import units_of

from mmhub.contents import Contents
from mmhub.decide.fates import Fates, Verdict
from mmhub.identity import identity, rows_digest

PLAIN = st.none() | st.integers(-5, 5)
# Plain values are published with rows that are kept, and with no others.
ROW = st.tuples(st.text(max_size=3), st.just(0), PLAIN) | st.tuples(st.text(max_size=3), st.integers(1, 2), st.none())
ROWS = st.dictionaries(st.text(min_size=1, max_size=3), ROW, min_size=1, max_size=8)
VERDICTS = [Verdict("kept"), Verdict("dropped", "too-small"), Verdict("quarantined", "torn")]


def digest(rows, *, verdicts=VERDICTS):
    """Return the digest of rows that are, by id, the bytes of a note, a place in ``verdicts`` and a plain value."""
    contents = {row_id: content for row_id, (content, _, _) in rows.items()}
    units = units_of(list(rows), contents, plain={row_id: plain for row_id, (_, _, plain) in rows.items()})
    moved = [verdicts.index(VERDICTS[code]) for _, code, _ in rows.values()]
    held = Contents(keys=units.items["note"].keys, texts=None, made={})
    return rows_digest(units, {"note": held}, Fates(np.array(moved, dtype=np.int64), list(verdicts)))


def has_plain(rows):
    """Return whether the plain column has a type, as it has in a recipe; without a value it has none here."""
    return any(plain is not None for _, _, plain in rows.values())


@given(ROWS.filter(has_plain), st.randoms(use_true_random=False))
def test_it_does_not_depend_on_the_order_of_rows(rows, random):
    shuffled = list(rows.items())
    random.shuffle(shuffled)
    assert digest(dict(shuffled)) == digest(rows)


@given(ROWS)
def test_it_does_not_depend_on_the_order_in_which_verdicts_came_up(rows):
    assert digest(rows, verdicts=[VERDICTS[0], VERDICTS[2], VERDICTS[1]]) == digest(rows)


@given(ROWS.filter(has_plain), ROWS.filter(has_plain))
def test_different_rows_have_different_digests(some, others):
    assert (digest(some) == digest(others)) == (some == others)


@given(st.dictionaries(st.text(), st.integers()), st.dictionaries(st.text(), st.integers()), st.text())
def test_an_identity_depends_on_schema_recipe_and_rows(schema, recipe, rows):
    whole = identity(schema, recipe, rows)
    assert whole == identity(dict(reversed(schema.items())), dict(reversed(recipe.items())), rows)
    assert whole != identity({**schema, "more": 1}, recipe, rows)
    assert whole != identity(schema, {**recipe, "more": 1}, rows)
    assert whole != identity(schema, recipe, rows + "x")
