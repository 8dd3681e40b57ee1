"""Files that end before their own structure does."""

import io

import pytest

from mmhub_video.ending import ends_early

KINDS = [("avi", "mpeg4", "mp3"), ("mpegts", "mpeg2video", "mp2"), ("vob", "mpeg2video", "mp2")]


@pytest.mark.parametrize(("format", "codec", "sound"), KINDS)
def test_a_file_that_was_cut_ends_early_and_a_whole_one_does_not(video_of, format, codec, sound):
    data = video_of(50, format=format, codec=codec, sound=sound, rate_hz=25)
    assert not ends_early(io.BytesIO(data))
    found = [ends_early(io.BytesIO(data[: int(share * len(data))])) for share in (0.1, 0.35, 0.62, 0.83, 0.989)]
    assert found == [True] * 5


def test_other_files_are_not_judged(video_of):
    assert not ends_early(io.BytesIO(video_of(10, format="matroska")[:-100]))
    assert not ends_early(io.BytesIO(b""))
    assert not ends_early(io.BytesIO(b"GHI" * 400))


def test_an_open_length_is_no_promise(video_of):
    data = bytearray(video_of(10, format="avi", sound="mp3"))
    data[4:8] = bytes(4)
    assert not ends_early(io.BytesIO(bytes(data)))
