"""A transcript is read as it is spoken, and words in no dictionary are sounded out."""

import pytest

from mmhub_speech.letters import sounds
from mmhub_speech.transcript import said


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Mister Dashwood, he’s ill-disposed!", "mister dashwood he's ill disposed"),
        ("In 1813, the 3rd of 1,250", "in eighteen thirteen the third of one thousand two hundred and fifty"),
        ("5.5% & more", "five point five percent and more"),
        ("[Music] so (laughs) it <unk> was ♪", "so it was"),
        (">> Café", "cafe"),
        ("-- ...", ""),
    ],
)
def test_what_is_written_becomes_what_is_said(text, spoken):
    assert " ".join(word for token in said(text) for word in token.spoken) == spoken


def test_words_stay_as_they_stand_in_the_text():
    assert [token.text for token in said("In 1813, (sic) he’s")] == ["In", "1813,", "he's"]


def test_what_english_letters_do_not_write_is_not_spoken():
    assert [token.spoken for token in said("say 日本 now")] == [("say",), (), ("now",)]


@pytest.mark.parametrize(
    ("word", "phones"),
    [("churl", "CH ER L"), ("cleanrooms", "K L IY N R UW M Z"), ("knight", "N AY T"), ("made", "M EY D")],
)
def test_a_word_is_sounded_out_by_its_letters(word, phones):
    assert sounds(word) == phones
