"""By how much a sound is late, when that is told, and how it is put right."""

import itertools

import av
import numpy as np
import pytest
from struck import RATE_HZ, struck

from mmhub import Media
from mmhub_audio import Sound
from mmhub_video import decode
from mmhub_video.av_offset import AUDIO_OFFSET, AV_OFFSET, OffsetOptions
from mmhub_video.av_shift import AV_SHIFT, ShiftOptions
from mmhub_video.correlation import correlations

SHOWN = list(range(0, 8000, 40))
HITS = np.cumsum(np.random.default_rng(4).integers(300, 1000, 11)).tolist()


def measured(data: bytes, **options) -> dict[str, object]:
    assert AV_OFFSET.measure is not None
    found = AV_OFFSET.measure([decode(Media(data=data))], OffsetOptions(**options))
    return {name: values[0] for name, values in found.items()}


def mended(data: bytes, **options):
    assert AV_SHIFT.repair is not None
    return AV_SHIFT.repair([decode(Media(data=data))], ShiftOptions(**options))[0]


def coded_pictures(data: bytes) -> list[bytes]:
    with av.open(Media(data=data).open()) as container:
        return [bytes(packet) for packet in container.demux(container.streams.video[0]) if packet.size]


@pytest.mark.parametrize("late_ms", [-700, -130, 0, 320, 950])
def test_a_sound_is_as_late_as_it_was_made(late_ms):
    found = measured(struck(SHOWN, HITS, late_ms=late_ms))
    assert found["answered"]
    assert found["offset_ms"] == pytest.approx(late_ms, abs=20)


def test_it_goes_by_timestamps_and_not_by_the_beginnings_of_streams():
    """The stream of sound begins late, or runs over a gap, and is right all the same."""
    assert measured(struck(SHOWN, HITS, begins_ms=800))["offset_ms"] == pytest.approx(0, abs=20)
    shown = [*SHOWN[:60], *(at + 500 for at in SHOWN[60:])]
    hits = [hit if hit < 2400 else hit + 500 for hit in HITS]
    assert measured(struck(shown, hits))["offset_ms"] == pytest.approx(0, abs=20)


@pytest.mark.parametrize(
    "data",
    [
        struck(SHOWN, []),
        struck(SHOWN, HITS[:1]),
        struck(list(range(0, 1800, 40)), HITS, late_ms=100),
    ],
    ids=["nothing happens", "one event, which fits anywhere", "too short"],
)
def test_what_cannot_be_told_is_not_told(data):
    found = measured(data)
    assert (found["answered"], found["offset_ms"]) == (False, None)


def test_a_sound_of_something_else_is_given_no_offset():
    others = np.cumsum(np.random.default_rng(7).integers(300, 1000, 11)).tolist()
    picture, sound = decode(Media(data=struck(SHOWN, HITS))), decode(Media(data=struck(SHOWN, others))).sound
    assert AUDIO_OFFSET.measure([picture], [sound], OffsetOptions())["answered"] == [False]


def test_an_offset_beyond_the_range_is_not_told_and_a_wider_range_finds_it():
    data = struck(SHOWN, HITS, late_ms=1150)
    assert measured(data)["offset_ms"] is None
    assert measured(data, range_seconds=1.5)["offset_ms"] == pytest.approx(1150, abs=20)


def test_a_sound_field_is_timed_beside_a_video_field():
    clip = decode(Media(data=struck(SHOWN, HITS)))
    assert clip.sound is not None
    early = Sound(media=Media(data=b""), raw=clip.sound.raw[:, RATE_HZ // 4 :], rate_hz=RATE_HZ, codec="", container="")
    found = AUDIO_OFFSET.measure([clip, clip], [clip.sound, early], OffsetOptions())
    assert found["offset_ms"] == pytest.approx([0, -250], abs=20)


@pytest.mark.parametrize("late_ms", [-400, 400])
@pytest.mark.parametrize(
    ("format", "codec", "sound"),
    [("mp4", "libx264", "aac"), ("matroska", "mpeg4", "pcm_s16le"), ("mpegts", "mpeg2video", "mp2")],
)
def test_a_repair_moves_the_sound_and_leaves_the_picture_as_it_was_coded(late_ms, format, codec, sound):
    data = struck(SHOWN, HITS, late_ms=late_ms, format=format, codec=codec, sound=sound)
    made = mended(data)
    assert made.facts["found_offset_ms"] == pytest.approx(late_ms, abs=25)
    assert made.facts["moved_ms"] == pytest.approx(-late_ms, abs=25)
    assert coded_pictures(made.value.media.read()) == coded_pictures(data)
    assert measured(made.value.media.read())["offset_ms"] == pytest.approx(0, abs=25)


def test_a_repair_leaves_alone_what_is_in_time_and_what_is_unsure():
    right, unsure = mended(struck(SHOWN, HITS, late_ms=60)), mended(struck(SHOWN, HITS[:1], late_ms=400))
    assert (right.value, unsure.value) == (None, None)
    assert right.facts["found_offset_ms"] == pytest.approx(60, abs=20)
    assert unsure.facts == {}


def test_correlations_at_each_lag_are_those_of_what_overlaps():
    rng = np.random.default_rng(1)
    heard, seen = rng.normal(size=(2, 50)), rng.normal(size=(3, 50))
    found = correlations(heard, seen, 20)
    for (row, one), (column, other), lag in itertools.product(enumerate(heard), enumerate(seen), (-20, -3, 0, 7)):
        pair = (one[lag:], other[: 50 - lag]) if lag >= 0 else (one[:lag], other[-lag:])
        expected = np.corrcoef(*pair)[0, 1] * np.sqrt(50 - abs(lag))
        assert found[row, column, lag + 20] == pytest.approx(expected)
