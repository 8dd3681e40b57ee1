"""Words are found in real recordings where they are spoken, and a wrong transcript is told."""

import numpy as np
import pytest

from mmhub import Media
from mmhub_audio import decode
from mmhub_speech.sphinx import find_words
from mmhub_speech.words import WORDS, WordOptions, words

from .conftest import noise, sound

SECONDS = 25_000
RIGHT = "set white with p two soon"


@pytest.fixture(scope="module")
def spoken(samples):
    return decode(Media(path=str(samples / "howto100m/videos/grid_swwp2s.mpg")))


def test_words_are_where_their_annotation_says(samples, spoken):
    lines = [line.split() for line in (samples / "howto100m/align/grid_swwp2s.align").read_text().splitlines()]
    known = np.array([(int(start), int(end)) for start, end, word in lines if word != "sil"]) / SECONDS
    facts = words([RIGHT], [spoken], WordOptions())
    found = np.array([(span["start"], span["end"]) for span in facts["words"][0]]) / 1e9
    assert np.median(np.abs(found - known)) < 0.03
    assert np.abs(found - known).max() < 0.1
    assert [span["text"] for span in facts["words"][0]] == RIGHT.split()
    assert all(0.0 < span["confidence"] <= 1.0 for span in facts["words"][0])


def test_a_wrong_transcript_is_told_from_the_right_one(spoken):
    texts = [RIGHT, "unless to be rather cold hearted is to be ill disposed", "seven of clubs"]
    facts = words(texts, [spoken] * 3, WordOptions())
    score, outcome = WORDS.rules
    kept = [
        name in outcome.one_of and (value is None or value >= score.at_least)
        for name, value in zip(facts["alignment"], facts["transcript_score"], strict=True)
    ]
    assert kept == [True, False, False]


def test_what_was_heard_before_does_not_matter(spoken):
    alone = find_words(spoken.at(16_000), RIGHT.split())
    find_words(noise(3.0, seed=1), ["blorply", "one"])
    assert find_words(spoken.at(16_000), RIGHT.split()) == alone


def test_a_word_in_no_dictionary_is_found_all_the_same(spoken):
    usual = find_words(spoken.at(16_000), RIGHT.split())
    spelled = find_words(spoken.at(16_000), "set whyte with p tue soone".split())
    apart = [abs(one.start_ns - other.start_ns) for one, other in zip(usual, spelled, strict=True)]
    assert max(apart) <= 100_000_000


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("♪ (music)", "no-words"), ("日本", "unread-words"), ("he came and he went and he saw all of it", "no-path")],
)
def test_where_there_are_no_words_there_is_a_reason(text, outcome):
    facts = words([text], [sound(noise(0.3))], WordOptions())
    assert facts["words"] == [None]
    assert facts["alignment"] == [outcome]


def test_nothing_is_found_in_nothing():
    assert find_words(np.zeros(0, np.float32), ["one"]) is None
    assert find_words(np.zeros(100, np.float32), ["one"]) is None
