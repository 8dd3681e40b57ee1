import json

import pytest
from pydantic import ValidationError

from mmhub_text.language import LANGUAGE

CODES = {"deu": "de", "eng": "en", "ell": "el", "cmn": "zh", "rus": "ru", "jpn": "ja", "spa": "es", "hin": "hi"}


def identified(*texts, **options):
    return LANGUAGE.measure(texts, LANGUAGE.options(**options))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A man is riding a horse along the beach.", "en"),
        ("Ein Mann reitet auf einem Pferd am Strand entlang.", "de"),
        ("Собака бежит по пляжу вместе с мальчиком, который держит мяч.", "ru"),
        ("男の人が浜辺で馬に乗っています。", "ja"),
    ],
)
def test_the_language_of_a_sentence_is_identified(text, code):
    columns = identified(text)
    assert columns["language"] == [code]
    assert 0.5 < columns["confidence"][0] <= 1


@pytest.mark.parametrize("text", ["", "12 34", "…!", "https://example.com/x", "<EMAIL>"])
def test_a_text_without_letters_has_no_language(text):
    assert identified(text) == {"language": [None], "confidence": [None]}


def test_languages_can_be_chosen_among():
    assert identified("En hund løper på stranden", languages=("no", "en"))["language"] == ["no"]
    assert identified("En hund løper på stranden", languages=("fi", "sv"))["language"] == ["sv"]


def test_a_language_nobody_knows_is_refused():
    with pytest.raises(ValidationError, match="'xx' cannot be identified: expected ISO 639 codes"):
        LANGUAGE.options(languages=("en", "xx"))


def test_only_the_beginning_of_a_long_text_is_read():
    text = "Ein Mann reitet auf einem Pferd am Strand entlang. "
    text += "The dog runs along the shore while a woman with an umbrella watches the waves and thinks of lunch. " * 3
    assert identified(text, characters=50)["language"] == ["de"]
    assert identified(text)["language"] == ["en"]


def test_real_paragraphs_are_identified(samples):
    rows = [json.loads(line) for line in (samples / "text/udhr.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["language"] in CODES and len(row["text"]) >= 40]
    found = identified(*(row["text"] for row in rows))["language"]
    right = [CODES[row["language"]] == code for row, code in zip(rows, found, strict=True)]
    assert sum(right) >= 0.97 * len(right)
