"""When frames are shown and sound is heard, by the timestamps of files of many kinds."""

from fractions import Fraction

import numpy as np
import pytest
from struck import struck

from mmhub import Media
from mmhub_video import Clip, decode
from mmhub_video.clock import nanoseconds

MS = 1_000_000
STEADY = list(range(0, 2000, 40))


def film(*args, **options) -> Clip:
    return decode(Media(data=struck(*args, **options)))


def clicked_ms(clip: Clip) -> float:
    """Return when the first click is heard, by the samples and their times."""
    assert clip.sound is not None
    assert clip.heard is not None
    first = int(np.argmax(np.abs(clip.sound.mono) > 0.15))
    return float(clip.heard.times_ns(np.array([first]))[0] / MS)


def test_times_are_exact_however_long_a_film_of_an_odd_rate_lasts():
    assert nanoseconds(1_000_000, Fraction(1001, 30_000)) == 33_366_666_666_666
    assert nanoseconds(-1, Fraction(1, 3)) == -333_333_334


def test_frames_are_shown_when_their_stamps_say_so_however_irregular():
    shown = [0, 40, 45, 200, 210, 500, 900, 903]
    assert (film(shown, []).shown_ns / MS).tolist() == shown


def test_frames_that_are_coded_out_of_order_are_shown_in_order_from_zero():
    clip = film(STEADY, [400], codec="libx264", format="mp4", sound="aac")
    assert (clip.shown_ns / MS).tolist() == STEADY


@pytest.mark.parametrize(("format", "sound", "most_ms"), [("matroska", "pcm_s16le", 1), ("mp4", "aac", 3)])
def test_a_sound_that_begins_late_is_heard_late(format, sound, most_ms):
    clip = film(STEADY, [1000], begins_ms=500, format=format, sound=sound)
    assert clip.heard is not None
    assert clip.heard.at_ns[0] > 450 * MS
    assert clicked_ms(clip) == pytest.approx(1000, abs=most_ms)


def test_an_edit_list_that_delays_the_sound_is_honoured():
    data = struck(STEADY, [1000], begins_ms=500, format="mp4", sound="aac")
    assert data.count(b"elst") == 2
    moved = decode(Media(data=data))
    # without it the sound begins with the picture
    plain = decode(Media(data=data.replace(b"elst", b"free")))
    assert clicked_ms(moved) - clicked_ms(plain) == pytest.approx(500, abs=25)


def test_what_an_encoder_puts_before_a_sound_is_not_counted():
    assert clicked_ms(film(STEADY, [1000], format="mp4", sound="aac")) == pytest.approx(1000, abs=3)


def test_a_gap_within_the_sound_is_a_gap():
    clip = film(STEADY, [1500], gap_ms=(1000, 300))
    assert clip.heard is not None
    assert len(clip.heard.at_ns) == 2
    assert clicked_ms(clip) == pytest.approx(1800, abs=2)
