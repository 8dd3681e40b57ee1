import json

import pytest

from mmhub import Rule
from mmhub_text.damage import DAMAGE
from mmhub_text.minhash import MINHASH
from mmhub_text.profanity import PROFANITY
from mmhub_text.quality import QUALITY
from mmhub_text.repetition import REPETITION
from mmhub_text.spelling import SPELLING


def facts(cleaner, text, **options):
    return {name: column[0] for name, column in cleaner.measure([text], cleaner.options(**options)).items()}


def reasons(cleaner, text, **options):
    found = facts(cleaner, text, **options)
    return [
        rule.reason for rule in cleaner.rules if isinstance(rule, Rule) and rule.on and fails(rule, found[rule.fact])
    ]


def fails(rule, value):
    return value is not None and (
        (rule.at_least is not None and value < rule.at_least)
        or (rule.at_most is not None and value > rule.at_most)
        or (rule.one_of is not None and value not in rule.one_of)
    )


def test_what_gopher_and_c4_ask_is_counted():
    found = facts(QUALITY, "- The cat, of all cats, sat...\n# 12 {x} JavaScript. It is 3!\nWe use cookies")
    assert found["words"] == 15
    assert found["stop_words"] == 2
    assert found["symbol_ratio"] == pytest.approx(2 / 15)
    assert found["alphabetic_words"] == pytest.approx(13 / 15)
    assert found["bullet_lines"] == found["ellipsis_lines"] == pytest.approx(1 / 3)
    assert found["terminal_lines"] == pytest.approx(2 / 3)
    assert (found["sentences"], found["javascript_lines"], found["policy_lines"]) == (3, 1, 1)
    assert (found["curly_brackets"], found["lorem_ipsum"]) == (True, False)


def test_shares_of_characters_leave_white_space_out():
    found = facts(QUALITY, "AB c 12 !")
    assert (found["digit_ratio"], found["upper_ratio"], found["sign_ratio"]) == pytest.approx((2 / 6, 2 / 3, 1 / 6))


def test_a_text_without_spaces_has_no_length_of_words():
    assert facts(QUALITY, "犬が浜辺を走っている。")["mean_word_length"] is None


def test_a_text_without_anything_has_no_shares():
    found = facts(QUALITY, "")
    assert found["digit_ratio"] is found["alphabetic_words"] is found["mean_word_length"] is None
    assert reasons(QUALITY, "") == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Lorem ipsum dolor sit amet", "lorem-ipsum"),
        ("#$%&* <>[]~ a", "many-signs"),
        ("12 34 56 78 90 a", "few-alphabetic-words"),
        ("x" * 40, "word-length"),
    ],
)
def test_what_is_no_sentence_of_any_length_is_dropped(text, reason):
    assert reason in reasons(QUALITY, text)


def test_lines_and_paragraphs_that_repeat_are_counted():
    found = facts(REPETITION, "a b\na b\n\na b\na b\n\nc")
    assert found["duplicate_lines"] == pytest.approx(3 / 5)
    assert found["duplicate_line_characters"] == pytest.approx(9 / 13)
    assert found["duplicate_paragraphs"] == pytest.approx(1 / 3)


def test_words_in_a_row_that_repeat_are_counted_in_long_texts():
    text = " ".join(f"w{n}" for n in range(10)) + " " + " ".join(["same old"] * 5)
    found = facts(REPETITION, text, fewest_words=10)
    assert found["top_2_gram"] == pytest.approx(35 / 55)
    assert found["duplicate_5_grams"] > 0.5
    assert facts(REPETITION, text)["top_2_gram"] is None


def test_what_repeats_itself_is_dropped():
    assert "long-run" in reasons(REPETITION, "no" + "o" * 60)
    assert "repeated-words" in reasons(REPETITION, "dog " * 12)
    assert "duplicate-lines" in reasons(REPETITION, "Buy now\n" * 4)
    assert "top-2-gram" in reasons(REPETITION, " ".join(f"w{n} click here" for n in range(30)))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("na\ufffdve", "lost-characters"),
        ("h\0e\0l\0l\0o\0", "stray-characters"),
        ("lâ€™objet dâ€™art", "mojibake"),
        ("Пример текста".encode("koi8-r").decode("latin-1"), "wrong-encoding"),
    ],
)
def test_damaged_texts_are_dropped(text, reason):
    assert reason in reasons(DAMAGE, text)


@pytest.mark.parametrize(
    "text", ["", "été", "Příliš žluťoučký kůň úpěl ďábelské ódy", "犬が走る。", "Ωραία μέρα", "👨‍👩‍👧"]
)
def test_texts_of_other_letters_are_not_damaged(text):
    assert reasons(DAMAGE, text) == []


def test_hostile_files_in_other_encodings_are_dropped(samples):
    folder = samples / "hostile/text"
    for path in (*sorted(folder.glob("*__ude_*")), folder / "bom-utf-16-le.srt"):
        assert reasons(DAMAGE, path.read_text(encoding="utf-8", errors="replace")), path.name


def test_words_in_no_dictionary_are_a_share():
    assert facts(SPELLING, "A man is ridng a horse")["unknown_ratio"] == pytest.approx(1 / 6)
    assert facts(SPELLING, "The dog's owner doesn’t know Zbigniew")["unknown_ratio"] == 0
    assert facts(SPELLING, "Ein Hund läuft", language="de")["unknown_ratio"] == 0
    assert facts(SPELLING, "frobnicate it", words=("frobnicate",))["unknown_ratio"] == 0
    assert facts(SPELLING, "12 …")["unknown_ratio"] is None


def test_names_are_looked_up_where_asked():
    assert facts(SPELLING, "with Zbigniew", names=True)["unknown_ratio"] == 0.5


def test_listed_words_are_counted_and_none_is_dropped():
    text = "What the fuck, you piece of SHIT"
    assert facts(PROFANITY, text)["profanities"] == 2
    assert reasons(PROFANITY, text) == []
    assert facts(PROFANITY, text, allowed=("fuck",), words=("What the",))["profanities"] == 2
    assert facts(PROFANITY, "Scunthorpe classic")["profanities"] == 0


def agreement(one, other, **options):
    signatures = MINHASH.measure([one, other], MINHASH.options(**options))["signature"]
    return sum(a == b for a, b in zip(*signatures, strict=True)) / len(signatures[0])


ONE = "A man riding a snowboard down a snow covered slope."


@pytest.mark.parametrize(
    "other",
    [
        ONE.upper(),
        ONE.rstrip("."),
        ONE.replace("snowboard", "snowbord"),
        "Man riding a snowboard down the snow covered slope",
    ],
)
def test_texts_that_say_nearly_the_same_are_alike(other):
    assert agreement(ONE, other) >= MINHASH.rules[0].at_least


@pytest.mark.parametrize(
    "other", ["A man riding a horse down a sand covered beach.", "A dog sleeps.", "雪の上を滑る人"]
)
def test_texts_that_say_something_else_are_not(other):
    assert agreement(ONE, other) < MINHASH.rules[0].at_least


def test_texts_written_without_spaces_are_compared_too():
    text = "すべての人は、法の下において平等であり、法の平等な保護を受ける権利を有する"
    assert agreement(text, text.replace("権利", "権理")) >= 0.6


def test_shingles_may_be_words():
    assert agreement("a b c d e", "c d e a b", unit="words", shingle=1) == 1
    assert agreement("a b c d e", "e d c b a", unit="words", shingle=3) == 0


def test_a_text_without_words_has_no_signature():
    assert MINHASH.measure(["…", ""], MINHASH.options())["signature"] == [None, None]


@pytest.mark.parametrize("cleaner", [QUALITY, REPETITION, DAMAGE], ids=lambda each: each.name)
def test_real_captions_and_paragraphs_stay(cleaner, samples):
    captions = json.loads((samples / "coco/annotations/captions_val2017.json").read_text())["annotations"]
    lines = (samples / "flickr/captions.txt").read_text().splitlines()[1:]
    articles = [json.loads(line)["text"] for line in (samples / "text/udhr.jsonl").read_text().splitlines()]
    texts = [row["caption"] for row in captions] + [line.split(",", 1)[1] for line in lines] + articles
    assert [text for text in texts if reasons(cleaner, text)] == []
