"""Segmenters that cut as none should, and what the contract says of them."""

import pytest
from breaking import broken

from mmhub import Segment, Segmenter


def backwards(text, options):
    return [Segment(n, n + 1, text[n]) for n in reversed(range(len(text)))]


def hollow(text, options):
    return [Segment(0, 0, "")]


def strings(text, options):
    return list(text)


def lonely(text, other, options):
    return [Segment(0, 1, text[0])]


def test_segments_have_a_piece_of_every_field_that_is_cut():
    segmenter = Segmenter(name="words/cut", version=1, modality="words", summary="Cuts.", cut=lonely, beside=("words",))
    said = broken("test_its_segments_stand_in_order", segmenter).splitlines()[0]
    assert said == "'words/cut': sample 0 has a segment without a piece of every field: expected 1 others"


@pytest.mark.parametrize(
    ("cut", "sentence"),
    [
        (backwards, "'words/cut': sample 0 has segments out of order"),
        (hollow, "'words/cut': sample 0 has a segment with nothing in it"),
        (strings, "'words/cut': sample 0 is cut into ['o', 'n', 'e']: expected mmhub.Segment"),
    ],
)
def test_segments_stand_in_order(cut, sentence):
    segmenter = Segmenter(name="words/cut", version=1, modality="words", summary="Cuts.", cut=cut)
    assert broken("test_its_segments_stand_in_order", segmenter).splitlines()[0] == sentence
