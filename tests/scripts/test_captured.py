import pytest
from PIL import Image
from tones import write_tone

from mmhub import SourceError

NOON_NS = 1_769_860_800_000_000_000
"""2026-01-31T12:00:00Z."""


@pytest.fixture
def streams(tmp_path, put):
    """A camera, a microphone, a keyboard and a thermometer, from noon on."""
    data = tmp_path / "data"
    for name in ("cam1_20260131T120000Z", "cam1_20260131T120002.250Z", "cam1_20260131T120030Z"):
        path = data / "pictures" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.effect_noise((64, 64), 80).convert("RGB").save(path)
    write_tone(data / "sound" / "2026-01-31T11-59-59.500Z_mic_2.wav", 330)
    write_tone(data / "sound" / "untimed.wav", 330)
    put("keyboard_20260131T120002Z.txt", "the door was opened\n")
    put("room.csv", "time,celsius,door\n2026-01-31T12:00:00Z,20.0,1\n2026-01-31T12:00:03Z,23,\nnoon,21,1\n")
    return data


def test_streams_are_published_on_their_shared_clock(streams, publish):
    done = publish("captured", streams, "image/size", "audio/duration")
    assert done.report.quarantined == {"malformed": 1}
    assert "1 file (sound/untimed.wav) whose names hold no device and time in UTC: left out" in str(done.report.notes)
    rows = done.loaded["train"].remove_columns(["image", "audio", "video"])
    assert rows["row_id"][:] == [
        "pictures/cam1_20260131T120000Z",
        "pictures/cam1_20260131T120002.250Z",
        "pictures/cam1_20260131T120030Z",
    ]
    assert rows["time_ns"][:] == [NOON_NS, NOON_NS + 2_250_000_000, NOON_NS + 30_000_000_000]
    assert rows["text"][:] == [None, "the door was opened", None]
    assert rows["text_offset_seconds"][:] == [None, -0.25, None]
    assert rows["audio_offset_seconds"][:] == [-0.5, None, None]
    assert rows["sensors"][:] == [["room.celsius", "room.door"], [], []]
    assert rows["readings"][0] == [20.0, 1.0]


def test_readings_between_two_samples_are_interpolated(streams, read):
    row = read("captured", streams, tolerance_seconds=3).rows["pictures/cam1_20260131T120002.250Z"]
    assert (row["sensors"], row["readings"]) == (["room.celsius"], [22.25])
    assert row["audio_offset_seconds"] == -2.75


def test_any_kind_can_make_the_rows(streams, read):
    found = read("captured", streams, anchor="text")
    assert list(found.rows) == ["keyboard_20260131T120002Z"]
    assert found.rows["keyboard_20260131T120002Z"]["image"].endswith("cam1_20260131T120002.250Z.png")
    assert found.rows["keyboard_20260131T120002Z"]["device"] == "keyboard"
    assert "2 files" in found.remarks[1]


def test_a_line_of_readings_that_is_wrong_costs_that_line(streams, put, read):
    put(
        "b/room.csv", b"utc,lux\r\n2026-01-31T12:00:00Z,bright\r\n2026-02-31T12:00:00Z,1\r\n2026-01-31T12:00:00,1\r\n,1"
    )
    put("list.csv", "name,number\nx,1\n")
    found = read("captured", streams)
    assert "could not convert string to float: 'bright'" in found.lost["b/room.csv:2"][1]
    assert found.lost["b/room.csv:3"][1].endswith("is no time in UTC: expected one as 2026-01-31T12:00:00.250Z")
    assert found.lost["b/room.csv:4"][0] == "malformed"
    assert found.lost["b/room.csv:5"][1].endswith("there is no utc")
    assert found.lost["room.csv:4"][1].startswith("room.csv:4: 'noon' is no time in UTC")
    assert found.remarks[0] == "list.csv has no column time or utc or timestamp: left out"


def test_without_an_anchor_the_build_ends_with_what_was_expected(tmp_path, read):
    with pytest.raises(SourceError, match=r"holds no image called by device and time, as in cam1_2026"):
        read("captured", tmp_path)
