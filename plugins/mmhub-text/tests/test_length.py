import json

import pytest

from mmhub import ModelError
from mmhub_text.length import LENGTH


def counted(text):
    columns = LENGTH.measure([text], LENGTH.options())
    return columns["characters"][0], columns["words"][0]


def reasons(text):
    facts = dict(zip(("characters", "words"), counted(text), strict=True))
    return [
        rule.reason
        for rule in (rule for rule in LENGTH.rules if rule.on)
        if (rule.at_least is not None and facts[rule.fact] < rule.at_least)
        or (rule.at_most is not None and facts[rule.fact] > rule.at_most)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A dog runs.", (11, 3)),
        ("  a \u3000", (1, 1)),
        ("it's well-known", (15, 2)),
        ("犬が走る。", (5, 4)),
        ("a 犬b", (4, 3)),
        ("— … !", (5, 0)),
        ("नमस्ते दुनिया", (13, 2)),
        ("", (0, 0)),
    ],
)
def test_characters_and_words_are_counted(text, expected):
    assert counted(text) == expected


@pytest.mark.parametrize("text", ["dog", "a red square", "engine idling", "雨", "Yeah."])
def test_short_captions_and_labels_stay(text):
    assert reasons(text) == []


def test_the_first_reason_for_a_text_without_anything_is_that_it_is_empty():
    assert reasons("\u3000\n") == ["empty", "too-short"]


def test_texts_without_a_word_or_without_an_end_are_named():
    assert reasons("?!") == ["too-short"]
    assert reasons("x" * 60_000) == ["too-long"]


def test_long_runs_of_punctuation_take_no_time():
    assert counted("." * 200_000) == (200_000, 0)


def test_tokens_are_counted_where_a_tokenizer_is_named():
    assert LENGTH.measure(["a dog"], LENGTH.options())["tokens"] == [None]
    shipped = LENGTH.measure(["", "a dog", "a dog runs"], LENGTH.options(tokenizer="mmhub_text:bert"))["tokens"]
    assert shipped[0] == 0
    assert 2 <= shipped[1] < shipped[2]


def test_a_model_without_a_tokenizer_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"has no 'tokenizer.json': name a model that has one"):
        LENGTH.measure(["a"], LENGTH.options(tokenizer=str(tmp_path)))


def test_real_captions_and_articles_stay(samples):
    captions = json.loads((samples / "coco/annotations/captions_val2017.json").read_text())["annotations"]
    articles = [json.loads(line) for line in (samples / "text/udhr.jsonl").read_text().splitlines()]
    texts = [row["caption"] for row in captions] + [str(value) for row in articles for value in row.values()]
    assert [text for text in texts if reasons(text)] == []
