"""Each class of text models, small and random: its vectors are those of its own documented call."""

import pytest

from evidence.encoder_texts import CASES
from evidence.encoder_trial import tried

TEXTS = ["A dog on a beach.", "two cats", "", "a photograph of a red bus, in the rain, at night", "x"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_texts_get_the_vectors_of_the_documented_call(case, tmp_path):
    outcome = tried(case, tmp_path, TEXTS)
    assert outcome.cosines.min() >= 0.9999
    assert outcome.alone
    assert outcome.gap <= 1e-4
    assert outcome.alike < 0.999
