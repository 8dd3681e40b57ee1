"""What decoding gives, and what it refuses."""

import struct
import subprocess
import sys

import numpy as np
import pytest

from mmhub import Media, Undecodable
from mmhub_video import clock, decode

FILES = [
    ("mp4", "mpeg4", "aac"),
    ("matroska", "mpeg4", "aac"),
    ("webm", "libvpx", "libopus"),
    ("avi", "mpeg4", "mp3"),
    ("mpegts", "mpeg2video", "mp2"),
]


def refusal(data: bytes) -> str:
    with pytest.raises(Undecodable) as refused:
        decode(Media(data=data))
    return refused.value.reason


@pytest.mark.parametrize(("format", "codec", "sound"), FILES)
def test_a_video_is_decoded_in_full(video_of, format, codec, sound):
    rate_hz = 25
    clip = decode(Media(data=video_of(50, format=format, codec=codec, sound=sound, rate_hz=rate_hz)))
    assert (clip.width, clip.height, clip.frame_count) == (96, 64, 50)
    assert clip.duration_seconds == pytest.approx(2.0, abs=0.01)
    assert clip.frame_rate_hz == pytest.approx(25, rel=0.01)
    assert clip.sound is not None
    assert clip.sound.duration_seconds == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
@pytest.mark.parametrize(("format", "codec", "sound"), FILES[:-1])
def test_a_file_that_was_cut_is_refused(video_of, format, codec, sound, share):
    data = video_of(50, format=format, codec=codec, sound=sound)
    assert refusal(data[: int(len(data) * share)]) in ("truncated", "damaged")


def test_a_video_without_sound_says_so(video_of):
    clip = decode(Media(data=video_of(sound=None)))
    assert (clip.sound, clip.has_sound) == (None, False)


@pytest.mark.parametrize("count", [1, 5, 64, 65, 300])
def test_sampled_frames_are_evenly_spaced(video_of, count):
    clip = decode(Media(data=video_of(count, sound=None)))
    found = clip.frames(4)
    expected = (np.arange(4) + 0.5) / 4 * 255 if count > 1 else np.zeros(4)
    assert found.shape == (4, 64, 96, 3)
    assert found[:, 32, 80].mean(axis=1) == pytest.approx(expected, abs=255 * max(0.03, 0.65 / count))


def test_large_frames_are_kept_small(video_of):
    clip = decode(Media(data=video_of(2, size=(1024, 768), sound=None)))
    assert (clip.width, clip.height) == (1024, 768)
    assert clip.kept.shape == (2, 384, 512, 3)


def test_rotation_is_honoured(video_of):
    data = video_of(2, sound=None)
    upright = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    clockwise = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 64 << 16, 0, 1 << 30)
    track = data.index(b"tkhd")
    turned = data[:track] + data[track:].replace(upright, clockwise, 1)
    clip = decode(Media(data=turned))
    assert (clip.width, clip.height) == (64, 96)
    # the red left half is the upper half now
    assert clip.frames(1)[0, 10, 32, 0] > 150 > clip.frames(1)[0, 85, 32, 0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty-file"), (b"<html>not found</html>" * 40, "not-video"), (bytes(range(256)) * 40, "not-video")],
)
def test_what_is_no_video_is_refused_for_a_reason(data, reason):
    assert refusal(data) == reason


def test_what_is_too_long_is_refused(video_of, monkeypatch):
    monkeypatch.setattr(clock, "LONGEST_SECONDS", 1)
    assert refusal(video_of(40)) == "too-long"


def test_frames_that_are_too_large_are_refused(video_of, monkeypatch):
    monkeypatch.setattr(sys.modules["mmhub_video.decode"], "MOST_PIXELS", 96 * 63)
    assert refusal(video_of(2)) == "too-large"


def test_importing_the_plugin_imports_no_framework():
    found = "import sys, mmhub_video; print({'torch', 'transformers', 'datasets', 'torchaudio'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", found], capture_output=True, text=True).stdout == "set()\n"


def test_every_hostile_file_is_decoded_or_refused_for_a_reason(samples):
    reasons, clips = {}, {}
    for path in sorted((samples / "hostile").glob("*/*")):
        try:
            clips[path.name] = decode(Media(path=str(path)))
        except Undecodable as refused:
            reasons[path.name] = refused.reason
    assert reasons["corrupted.mp4"] == "damaged"
    assert reasons["truncated-64bit.mp4"] == "truncated"
    assert reasons["digital_silence.wav"] == reasons["hopper_gray.jpg"] == "not-video"
    assert (clips["video_90.mov"].width, clips["video_90.mov"].height) == (320, 568)
    assert clips["h265_10bits.mp4"].frame_count == 30
    assert clips["no_duration.webm"].has_sound
