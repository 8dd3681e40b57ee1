"""Copies have like signatures, other recordings do not."""

import numpy as np
import pytest

from mmhub import Media
from mmhub_audio import decode
from mmhub_audio.fingerprint import FINGERPRINT, FingerprintOptions, fingerprints

RATE_HZ = 16_000


def melody(seed: int, seconds: float = 6.0) -> np.ndarray:
    """Return notes of random pitch and length, which decay, one over the other."""
    rng = np.random.default_rng(seed)
    found = np.zeros(round(seconds * RATE_HZ))
    for start in rng.uniform(0, seconds - 0.5, 40):
        time = np.arange(RATE_HZ // 2) / RATE_HZ
        note = np.sin(2 * np.pi * rng.uniform(150, 3500) * time) * np.exp(-8 * time)
        first = int(start * RATE_HZ)
        found[first : first + len(note)] += note * rng.uniform(0.02, 0.1)
    return found.astype(np.float32)


def likeness(one, other) -> float:
    found = fingerprints([one, other], FingerprintOptions())["signature"]
    return float(np.mean(np.asarray(found[0]) == np.asarray(found[1])))


@pytest.fixture
def rule():
    (found,) = FINGERPRINT.rules
    return found


@pytest.mark.parametrize("codec", [("mp3", "mp3"), ("ogg", "libopus"), ("adts", "aac")])
def test_a_copy_in_another_codec_is_alike(sound_of, file_of, rule, codec):
    copy = decode(Media(data=file_of(melody(1), format=codec[0], codec=codec[1])))
    assert likeness(sound_of(melody(1)), copy) > 1.5 * rule.at_least


def test_a_copy_that_was_trimmed_turned_down_and_is_noisy_is_alike(sound_of, rule):
    noise = np.random.default_rng(5).normal(size=len(melody(1))) * 0.1 * melody(1).std()
    copy = ((melody(1) + noise)[5001:] * 0.3).astype(np.float32)
    assert likeness(sound_of(melody(1)), sound_of(copy)) > 1.5 * rule.at_least


def test_other_sounds_are_not_alike(sound_of, rule):
    likest = max(likeness(sound_of(melody(1)), sound_of(melody(seed))) for seed in range(2, 8))
    assert likest < rule.at_least / 3


@pytest.mark.parametrize("samples", [np.zeros(16_000, np.float32), np.zeros(10, np.float32)])
def test_silence_has_no_signature(sound_of, samples):
    assert fingerprints([sound_of(samples)], FingerprintOptions())["signature"] == [None]
