"""What decoding gives, and what it refuses."""

import struct
import subprocess
import sys

import av
import numpy as np
import pytest

from mmhub import Media, Undecodable
from mmhub_audio import Sound, decode, encode, track

FILES = [
    ("wav", "pcm_s16le"),
    ("flac", "flac"),
    ("mp3", "mp3"),
    ("ogg", "libopus"),
    ("mp4", "aac"),
    ("matroska", "libopus"),
    ("adts", "aac"),
]


def refusal(data: bytes) -> str:
    with pytest.raises(Undecodable) as refused:
        decode(Media(data=data))
    return refused.value.reason


@pytest.mark.parametrize(("format", "codec"), FILES)
def test_a_sound_is_decoded_in_full(tone, file_of, format, codec):
    rate_hz = 48_000 if codec == "libopus" else 16_000
    sound = decode(Media(data=file_of(tone(2, rate_hz=rate_hz), format=format, codec=codec, rate_hz=rate_hz)))
    assert sound.duration_seconds == pytest.approx(2, abs=0.13)
    assert (sound.rate_hz, sound.channels) == (rate_hz, 1)
    assert sound.samples.dtype == np.float32
    assert np.abs(sound.mono).max() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
@pytest.mark.parametrize(("format", "codec"), FILES)
def test_a_file_that_was_cut_is_refused(tone, file_of, format, codec, share):
    rate_hz = 48_000 if codec == "libopus" else 16_000
    data = file_of(tone(3, rate_hz=rate_hz), format=format, codec=codec, rate_hz=rate_hz)
    assert refusal(data[: int(len(data) * share)]) in ("truncated", "damaged")


@pytest.mark.parametrize(("format", "codec"), [("flac", "flac"), ("ogg", "libopus")])
def test_a_broken_checksum_is_damage(file_of, format, codec):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 4 * 48_000)
    data = bytearray(file_of(noise, format=format, codec=codec, rate_hz=48_000))
    data[len(data) // 2] ^= 0x10
    assert refusal(bytes(data)) == "damaged"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty-file"),
        (b"<!DOCTYPE html><html><body>404</body></html>" * 20, "not-audio"),
        (bytes(range(256)) * 40, "not-audio"),
        (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "not-audio"),
        (b"RIFX\0\0\0\x24WAVEfmt \0\0\0\x10", "unsupported"),
        (b"RIFF\xff\xff\xff\x7fWAVEfmt ", "damaged"),
    ],
)
def test_what_is_no_sound_is_refused_for_a_reason(data, reason):
    assert refusal(data) == reason


def test_a_wav_file_without_samples_is_refused(tone, sound_of):
    assert refusal(encode(sound_of(tone(0)))) == "no-samples"


def test_samples_that_are_no_numbers_are_damage(tone, sound_of):
    samples = tone()
    samples[5] = np.nan
    assert refusal(encode(sound_of(samples))) == "damaged"


def test_a_header_that_promises_gigabytes_allocates_nothing():
    fmt = struct.pack("<HHIIHH", 1, 2, 44_100, 44_100 * 4, 4, 16)
    promise = 0x7FFFFFF0
    data = b"RIFF" + struct.pack("<I", promise) + b"WAVEfmt " + struct.pack("<I", 16) + fmt
    assert refusal(data + b"data" + struct.pack("<I", promise - 36) + bytes(4096)) == "truncated"


def test_what_is_too_long_is_refused_before_it_is_all_decoded(tone, sound_of, monkeypatch):
    monkeypatch.setattr(track, "LONGEST_SECONDS", 0.5)
    assert refusal(encode(sound_of(tone(2)))) == "too-long"


def test_what_is_too_large_is_refused_before_it_is_all_decoded(tone, sound_of, monkeypatch):
    monkeypatch.setattr(track, "MOST_BYTES", 4_000)
    assert refusal(encode(sound_of(tone(2)))) == "too-large"


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int32", "float32"])
def test_a_sound_survives_being_encoded(dtype):
    raw = np.random.default_rng(0).integers(0, 200, (2, 801)).astype(dtype)
    raw = raw / np.float32(200) if dtype == "float32" else raw
    sound = Sound(media=Media(data=b""), raw=raw, rate_hz=8000, codec="", container="")
    again = decode(Media(data=encode(sound)))
    assert np.array_equal(again.raw, raw)
    assert again.raw.dtype == raw.dtype


def test_a_path_is_never_taken_for_a_protocol(tmp_path, tone, sound_of):
    path = tmp_path / "concat:a|b.wav"
    path.write_bytes(encode(sound_of(tone())))
    assert decode(Media(path=str(path))).duration_seconds == 1.0


@pytest.mark.parametrize(("rate_hz", "to_hz"), [(44_100, 16_000), (8_000, 48_000), (22_050, 16_000), (16_000, 16_000)])
def test_resampling_keeps_the_time_and_the_length(tone, sound_of, rate_hz, to_hz):
    sound = sound_of(tone(1.5, rate_hz=rate_hz), rate_hz=rate_hz)
    found, expected = sound.at(to_hz), tone(1.5, rate_hz=to_hz)
    assert len(found) == len(expected)
    inner = slice(to_hz // 50, -to_hz // 50)
    assert np.abs(found[inner] - expected[inner]).max() < 2e-3


def test_mono_is_the_mean_of_the_channels(sound_of):
    assert sound_of(np.array([[0.5, 0.1], [-0.5, 0.3]], np.float32)).mono.tolist() == pytest.approx([0, 0.2])


def test_importing_the_plugin_imports_no_framework():
    found = "import sys, mmhub_audio; print({'torch', 'transformers', 'datasets', 'torchaudio'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", found], capture_output=True, text=True).stdout == "set()\n"


def test_every_hostile_file_is_decoded_or_refused_for_a_reason(samples):
    reasons = {}
    for path in sorted((samples / "hostile").glob("*/*")):
        try:
            sound = decode(Media(path=str(path)))
        except Undecodable as refused:
            reasons[path.name] = refused.reason
        else:
            assert sound.at(16_000).dtype == np.float32
    assert reasons["emptyfile.mp3"] == "empty-file"
    assert reasons["ooming-header.flac"] == "truncated"
    assert reasons["test-44100Hz-le-1ch-4bytes-early-eof.wav"] == "truncated"
    assert reasons["truncated-64bit.mp4"] == "truncated"
    assert reasons["test-8000Hz-le-3ch-5S-36bit.wav"] == "unsupported"
    assert reasons["blns.txt"] == "not-audio"
    assert reasons["Landscape_6.jpg"] == "not-audio"


def test_ffmpeg_says_nothing_on_standard_error(capfd, samples):
    for path in sorted((samples / "hostile/audio").iterdir()):
        try:
            decode(Media(path=str(path)))
        except Undecodable:
            continue
    assert capfd.readouterr().err == ""
    assert av.logging.get_level() is None
