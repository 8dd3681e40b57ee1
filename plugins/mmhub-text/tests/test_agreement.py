"""Texts that should agree: with what was said, and with the names of files."""

import pytest

from mmhub import Options
from mmhub_text.naming import naming
from mmhub_text.word_errors import word_errors


@pytest.mark.parametrize(
    ("text", "reference", "rate"),
    [
        ("The cat sat.", "the cat sat", 0.0),
        ("the dog sat", "the cat sat", 1 / 3),
        ("the cat", "the cat sat down", 0.5),
        ("it's here — now", "It's here now!", 0.0),
        ("猫が走る", "猫が走った", 0.4),
        ("anything", "...", None),
        ("", "one two", 1.0),
    ],
)
def test_words_are_compared_without_case_and_punctuation(text, reference, rate):
    assert word_errors([text], [reference], Options())["word_errors"] == [pytest.approx(rate)]


@pytest.mark.parametrize(
    ("name", "label", "named"),
    [
        ("train/Dog_Barking-0012.wav", "dog barking", True),
        ("train/Dog_Barking-0012.wav", "0012", True),
        ("train/dog0012.wav", "dog", True),
        ("train/hotdog.jpg", "dog", False),
        ("cats/003.jpg", "dog", False),
        ("barking_dog.wav", "dog barking", False),
        ("anything.jpg", "-", None),
    ],
)
def test_a_name_holds_a_label_as_whole_words_in_order(name, label, named):
    assert naming([name], [label], Options())["named"] == [named]
