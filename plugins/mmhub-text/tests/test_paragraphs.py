from hypothesis import given
from hypothesis import strategies as st

from mmhub_text.paragraphs import PARAGRAPHS


def cut(text, **options):
    return PARAGRAPHS.cut(text, PARAGRAPHS.options(**options))


def test_a_text_is_cut_at_blank_lines():
    text = "one\ntwo\n\n \n  three \r\n\r\nfour\n"
    assert [(piece.start, piece.end, piece.value) for piece in cut(text)] == [
        (0, 7, "one\ntwo"),
        (13, 18, "three"),
        (23, 27, "four"),
    ]


def test_short_paragraphs_are_left_out_where_asked():
    assert [piece.value for piece in cut("one\n\nseventeen", shortest=4)] == ["seventeen"]


@given(st.text(st.sampled_from("ab \n\r\t")))
def test_segments_are_where_they_say_and_hold_every_letter(text):
    pieces = cut(text)
    assert all(text[piece.start : piece.end] == piece.value for piece in pieces)
    assert "".join("".join(piece.value.split()) for piece in pieces) == "".join(text.split())
