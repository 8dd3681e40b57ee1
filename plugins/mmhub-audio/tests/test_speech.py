"""Speech, noise and rooms, on real speech; and that none of it is found where there is none."""

import subprocess
import sys

import numpy as np
import pytest

from mmhub import Media
from mmhub_audio import decode
from mmhub_audio.overlap import OverlapOptions, overlaps
from mmhub_audio.reverberation import ReverberationOptions, reverberation
from mmhub_audio.snr import SnrOptions, snr
from mmhub_audio.speech import SpeechOptions, speech


@pytest.fixture(scope="module")
def spoken(samples):
    return decode(Media(path=str(samples / "speech/librispeech/6313-76958-0021.flac"))).at(16_000)


def noisy(samples: np.ndarray, snr_db: float) -> np.ndarray:
    noise = np.random.default_rng(0).normal(size=len(samples))
    return (samples + noise * np.sqrt(np.mean(samples**2) / 10 ** (snr_db / 10))).astype(np.float32)


def padded(samples: np.ndarray) -> np.ndarray:
    return np.pad(samples, 16_000)


def test_speech_is_told_from_pauses_and_tones(tone, sound_of, spoken):
    sounds = [sound_of(padded(spoken)), sound_of(tone(3.0)), sound_of(np.zeros(0, np.float32))]
    found = speech(sounds, SpeechOptions())
    length = len(spoken) / 16_000
    assert found["speech_seconds"][0] == pytest.approx(length, rel=0.15)
    assert found["speech_ratio"][0] == pytest.approx(length / (length + 2), abs=0.1)
    assert found["speech_ratio"][1:] == [0.0, 0.0]


def test_speech_is_looked_for_without_torch():
    program = (
        "import sys, numpy as np\n"
        "from mmhub import Media\n"
        "from mmhub_audio import Sound\n"
        "from mmhub_audio.voice import speech_probability\n"
        "raw = np.zeros((1, 16000), np.float32)\n"
        "speech_probability(Sound(media=Media(), raw=raw, rate_hz=16000, codec='', container=''))\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("snr_db", [0, 10, 20])
def test_the_distance_of_speech_from_noise_is_told(sound_of, spoken, snr_db):
    (found,) = snr([sound_of(noisy(padded(spoken), snr_db))], SnrOptions())["snr_db"]
    assert found == pytest.approx(snr_db, abs=1.5)


def test_snr_has_no_answer_without_speech_pauses_or_noise(tone, sound_of, spoken):
    middle = spoken[32_000:40_000]
    sounds = [sound_of(tone(2.0)), sound_of(middle), sound_of(padded(np.where(np.abs(spoken) > 0.001, spoken, 0)))]
    assert snr(sounds, SnrOptions())["snr_db"] == [None, None, None]


def test_a_longer_room_has_a_longer_time(sound_of, spoken):
    found = []
    for rt60 in (0.2, 0.5, 1.0):
        time = np.arange(int(rt60 * 16_000)) / 16_000
        tail = np.random.default_rng(0).normal(size=len(time)) * 10 ** (-3 * time / rt60)
        heard = np.fft.irfft(np.fft.rfft(spoken, 1 << 18) * np.fft.rfft(tail, 1 << 18))[: len(spoken)]
        sound = sound_of((heard / np.abs(heard).max()).astype(np.float32))
        found += reverberation([sound], ReverberationOptions())["rt60_seconds"]
    assert found == sorted(found)
    assert found[0] < 0.4 < 0.7 < found[2]


def test_reverberation_has_no_answer_for_what_does_not_fall_off(sound_of):
    sounds = [sound_of(np.zeros(16_000, np.float32)), sound_of(np.ones(100, np.float32))]
    assert reverberation(sounds, ReverberationOptions())["rt60_seconds"] == [None, None]


def vowel(pitch_hz: float) -> np.ndarray:
    seconds = np.arange(4 * 16_000) / 16_000
    harmonics = [np.cos(2 * np.pi * pitch_hz * n * seconds) for n in range(1, 20)]
    return (0.02 * sum(harmonics)).astype(np.float32)


def test_two_voices_at_once_take_a_second_period(sound_of, spoken, monkeypatch):
    everywhere = np.ones(4 * 16_000 // 512, bool)
    monkeypatch.setattr("mmhub_audio.overlap.speech_frames", lambda sound, options: everywhere)
    one, two = sound_of(vowel(110.0)), sound_of(vowel(110.0) + vowel(156.0))
    found = overlaps([one, two], OverlapOptions())["overlap_ratio"]
    assert found[0] < 0.1
    assert found[1] > 0.5


def test_without_speech_it_is_not_known_whether_voices_overlap(tone, sound_of):
    found = overlaps([sound_of(tone(3.0)), sound_of(np.zeros(0, np.float32))], OverlapOptions())
    assert found["overlap_ratio"] == [None, None]
