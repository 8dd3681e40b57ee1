"""Subtitles are read as they are, refused where they are none, and written back."""

import pytest

from mmhub import Media, Undecodable
from mmhub_speech import Cue, Subtitles, decode, encode

MS = 1_000_000
CUES = (
    Cue(210 * MS, 4_260 * MS, "This is the optical\nand science segment"),
    Cue(4_260 * MS, 3_600_000 * MS, "R&D costs < 5 %"),
)


def read(text: str | bytes) -> Subtitles:
    return decode(Media(data=text.encode() if isinstance(text, str) else text))


@pytest.mark.parametrize("form", ["srt", "vtt", "json", "csv"])
def test_what_is_written_is_read_back(form):
    assert decode(Media(data=encode(Subtitles(CUES, form)))) == Subtitles(CUES, form)


@pytest.mark.parametrize("name", ["nasa_013013.srt", "nasa_013013.vtt"])
def test_real_subtitles_are_those_of_the_raw_captions(samples, name):
    found = decode(Media(path=str(samples / "howto100m/subtitles" / name)))
    assert len(found.cues) == 4
    assert found.cues[0] == Cue(210 * MS, 4_260 * MS, "NAR: This is the optical and science segment of the Webb")
    assert "NASA’s" in found.cues[2].text
    assert decode(Media(data=encode(found))) == found


def test_markup_is_not_text():
    found = read(
        "WEBVTT\n\nNOTE made by hand\n\n1\n00:01.000 --> 00:02.000 align:start position:0%\n"
        "<v Ann>so<00:00:01.500><c> it</c> is &amp; was\n"
    )
    assert found.cues == (Cue(1_000 * MS, 2_000 * MS, "so it is & was"),)


def test_a_place_on_the_screen_is_not_text():
    found = read("1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>above</i>\n")
    assert found.cues == (Cue(1_000 * MS, 2_000 * MS, "above"),)


def test_utf_16_is_read_by_its_mark():
    assert read(encode(Subtitles(CUES, "srt")).decode().encode("utf-16")).cues == CUES


def test_a_missing_text_makes_no_cue():
    found = read('{"start": [0.1, 2.0], "end": [2.0, 3.0], "text": ["cut the onion", NaN]}')
    assert found.cues == (Cue(100 * MS, 2_000 * MS, "cut the onion"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b" \n", "empty-file"),
        ("Grüße 1\n00:00:01,000 --> 00:00:02,000".encode("latin-1"), "wrong-encoding"),
        ("a poem", "not-subtitles"),
        ("WEBVTT\n\nno cue", "not-subtitles"),
        ("1\n00:00:03,000 --> 00:00:02,000\nbackwards\n", "damaged"),
        ("a --> b", "damaged"),
        ('{"start": [0.1], "end": [2.0, 3.0], "text": ["x"]}', "damaged"),
        ('{"start": ["soon"], "end": [2.0], "text": ["x"]}', "damaged"),
        ('{"start": [0.1], "end": [2.0]}', "damaged"),
        ('{"start": [0.1', "damaged"),
        ("{" * 100_000, "damaged"),
    ],
)
def test_what_is_none_is_refused_for_a_reason(text, reason):
    with pytest.raises(Undecodable) as refused:
        read(text)
    assert refused.value.reason == reason
