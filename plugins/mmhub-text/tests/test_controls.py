import pytest

from mmhub_text.damage import DAMAGE
from mmhub_text.invisible import INVISIBLE
from mmhub_text.unicode import UNICODE

both = pytest.mark.parametrize("cleaner", [UNICODE, INVISIBLE], ids=lambda each: each.name)


def repaired(cleaner, text):
    return cleaner.repair([text], cleaner.options())[0]


@both
@pytest.mark.parametrize("written", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Привет", "人人有平等机会参加本国公务的权利。", "ने समान स्वतन्त्र"])
def test_a_text_riddled_with_control_characters_is_not_made_to_look_sound(cleaner, written, text):
    misread = text.encode(written).decode("latin-1")
    assert repaired(cleaner, misread) is None
    assert DAMAGE.measure([misread], DAMAGE.options())["stray"][0] > 0.05


@both
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("A brown dog\0 runs over\x08 the wet grass\0.", "A brown dog runs over the wet grass."),
        ("dog\t7\t\x1f12\nhorse\t3\t\x1f5", "dog\t7\t12\nhorse\t3\t5"),
        ("1\t2\t3\t4\0", "1\t2\t3\t4"),
    ],
)
def test_a_few_control_characters_are_taken_out(cleaner, text, meant):
    assert repaired(cleaner, text) == meant


def test_quotation_marks_of_another_encoding_are_no_damage():
    assert repaired(UNICODE, "\x93He came,\x94 they said, \x93and he left again.\x94") == (
        "“He came,” they said, “and he left again.”"
    )
