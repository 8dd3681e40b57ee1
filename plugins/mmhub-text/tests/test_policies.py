import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mmhub_text.case import CASE
from mmhub_text.emojis import EMOJI
from mmhub_text.html import HTML
from mmhub_text.invisible import INVISIBLE
from mmhub_text.slang import SLANG
from mmhub_text.urls import URLS

REPAIRS = {each.name: each for each in (CASE, EMOJI, HTML, INVISIBLE, SLANG, URLS)}
MARKUP = ("<b>", "</p>", "&amp;", "lt;", "&", "#38;", "<!--", "-->", "<script>", "</script>")
ADDRESSES = ("https://", "www.", "x.com/", "(", ")", "via ", ".")
LETTERS = ("a", "LOL", "gonna", " ", "\n", "😀", "👨", "\u200d", "\ufe0f", "\u200b", "\u200c", "ن", "क", "\ufeff")
PIECES = st.sampled_from((*MARKUP, *ADDRESSES, *LETTERS))


def repaired(cleaner, text, **options):
    return cleaner.repair([text], cleaner.options(**options))[0]


@pytest.mark.parametrize("name", REPAIRS)
@given(pieces=st.lists(PIECES, max_size=12))
def test_a_repaired_text_needs_no_repair(name, pieces):
    once = repaired(REPAIRS[name], "".join(pieces))
    assert once is None or repaired(REPAIRS[name], once) is None


@pytest.mark.parametrize("name", ["text/case", "text/emoji", "text/slang", "text/urls"])
def test_a_policy_may_be_to_keep_things_as_they_are(name):
    assert repaired(REPAIRS[name], "LOL 😀 see www.example.com/x", policy="keep") is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a\u200bb\ufeff", "ab"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202eevil\u202c", "evil"),
        ("a\u200db\u200c c", "ab c"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("tag\U000e0041s", "tags"),
    ],
)
def test_characters_that_show_nothing_go(text, meant):
    assert repaired(INVISIBLE, text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "a\tb\nc",
        "می\u200cخواهم",
        "क्\u200dष",
        "👨\u200d👩\u200d👧",
        "🏳️\u200d🌈",
        "ខ្មែរ\u200bភាសា",
        "שלום \u200eabc",
        "naïve",
    ],
)
def test_what_a_script_or_an_emoji_needs_stays(text):
    assert repaired(INVISIBLE, text) is None


def test_marks_of_direction_go_where_asked():
    assert repaired(INVISIBLE, "שלום \u200eabc", keep_direction=False) == "שלום abc"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<p>A <b>big</b> dog</p>", "A big dog"),
        ("one<br/>two", "one\ntwo"),
        ("<a href=\"/x?a=1&amp;b=2\" title='a > b'>link</a>", "link"),
        ("fish &amp;amp; chips &#8217;&eacute;", "fish & chips ’é"),
        ("a<style>p { x }</style>b<!-- c -->d", "a b d"),
        ("&amp;lt;i&amp;gt;deep&amp;lt;/i&amp;gt;", "deep"),
    ],
)
def test_markup_becomes_plain_text(text, meant):
    assert repaired(HTML, text) == meant


@pytest.mark.parametrize(
    "text", ["x < y > z", "I <3 you", "AT&T", "?a=1&copy=2", "<EMAIL> wrote", "List<String>", "<!-- no end"]
)
def test_what_only_looks_like_markup_stays(text):
    assert repaired(HTML, text) is None


def test_tags_and_entities_are_options():
    assert repaired(HTML, "<b>&lt;</b>", tags=False) == "<b><</b>"
    assert repaired(HTML, "<b>&lt;</b>", entities=False) == "&lt;"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("See https://example.com/a_(b) now.", "See now."),
        ("A dog. Read more: http://example.com/x", "A dog."),
        ("A dog (via www.example.com/x) runs", "A dog runs"),
        ("A dog bit.ly/3xYz", "A dog"),
    ],
)
def test_addresses_go_with_the_words_that_lead_to_them(text, meant):
    assert repaired(URLS, text) == meant


@pytest.mark.parametrize("text", ["and/or", "e.g. this", "node.js", "Mr.Smith", "a@example.com", "1.5/2"])
def test_what_is_no_address_of_a_page_stays(text):
    assert repaired(URLS, text) is None


def test_an_address_may_be_masked():
    assert repaired(URLS, "Read more: www.example.com/x.", policy="mask") == "Read more: <URL>."


def test_emoji_are_written_out_or_stripped():
    assert repaired(EMOJI, "so happy😀!") == "so happy grinning face!"
    assert repaired(EMOJI, "happy😀", language="de") == "happy grinsendes gesicht"
    assert repaired(EMOJI, "👨‍👩‍👧 at home 🇩🇪", policy="strip") == "at home"


@pytest.mark.parametrize("text", ["© 2024 ™", "1 # *", "A dog.", "犬が走る。"])
def test_signs_that_are_no_pictures_stay(text):
    assert repaired(EMOJI, text, policy="strip") is None


def test_slang_is_written_out_as_whole_words():
    assert repaired(SLANG, "Gonna go, idk LOL") == "Going to go, I do not know laughing out loud"
    assert repaired(SLANG, "lollipop b4.com @lol imo-x") is None


def test_the_table_of_slang_can_be_changed():
    assert repaired(SLANG, "brb fam, lol", words=(("fam", "family"), ("lol", ""))) == "be right back family, lol"


def test_capitals_become_small():
    assert repaired(CASE, "A DOG in Köln") == "a dog in köln"
    assert repaired(CASE, "a dog") is None


def test_an_unknown_policy_is_refused():
    with pytest.raises(ValidationError, match="policy"):
        CASE.options(policy="title")
