import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mmhub_text.controls import is_riddled
from mmhub_text.unicode import UNICODE
from mmhub_text.whitespace import WHITESPACE


def unicode(text, **options):
    return UNICODE.repair([text], UNICODE.options(**options))[0]


def whitespace(text, **options):
    return WHITESPACE.repair([text], WHITESPACE.options(**options))[0]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("lâ€™objet", "l’objet"),
        ("cafe\u0301", "café"),
        ("&eacute;t&eacute;", "été"),
        ("ﬁne", "fine"),
        ("ＬＯＵＤ．", "LOUD."),
        ("\ufeffa\x07b", "ab"),
        ("a lone \ud800", "a lone \ufffd"),
    ],
)
def test_a_text_is_put_right(text, meant):
    assert unicode(text) == meant


@pytest.mark.parametrize("text", ["", "A dog runs.", "“curled” – naïve", "犬が走る。", "x < y"])
def test_a_text_with_nothing_wrong_is_left_alone(text):
    assert unicode(text) is None


def test_options_say_what_counts_as_wrong():
    assert unicode("“curled”", uncurl_quotes=True) == '"curled"'
    assert unicode("cafe\u0301", normalization=None) is None
    assert unicode("ﬁne", fix_latin_ligatures=False) is None


@pytest.mark.parametrize("text", ["  a\u00a0 b\u3000 ", "a\u2009b\n", "\ta\r\n\r\nb"])
def test_white_space_of_every_kind_becomes_one_space(text):
    assert whitespace(text) == "a b"


def test_lines_are_kept_where_they_mean_something():
    assert whitespace(" a  b \n\n\n\n c\r\nd ", keep_lines=True) == "a b\n\nc\nd"


def test_only_white_space_becomes_nothing():
    assert whitespace("\u3000\n") == ""


@given(st.text(), st.booleans())
def test_a_repaired_text_needs_no_repair(text, keep_lines):
    once = whitespace(text, keep_lines=keep_lines)
    assert whitespace(text if once is None else once, keep_lines=keep_lines) is None


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_texts_which_are_passed_over_are_those_ftfy_leaves_alone(text):
    import ftfy

    assume(not is_riddled(text))
    if unicode(text) is None:
        assert ftfy.fix_text(text, ftfy.TextFixerConfig(uncurl_quotes=False, explain=False)) == text


def test_importing_the_plugin_imports_no_model_library():
    script = (
        "import sys, mmhub_text; print([name for name in ('torch', 'transformers', 'datasets') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
