"""Repairs do what they say, leave alone what needs none, and are done once."""

import numpy as np
import pytest

from mmhub_audio.centring import CENTRING
from mmhub_audio.denoising import DENOISING
from mmhub_audio.levelling import LEVELLING
from mmhub_audio.loudness import integrated, true_peak
from mmhub_audio.mono import MONO
from mmhub_audio.resampling import RESAMPLING
from mmhub_audio.trimming import TRIMMING


def repaired(cleaner, sound, **options):
    (found,) = cleaner.repair([sound], cleaner.options(**options))
    return found


def test_resampling_keeps_channels_and_type(tone, sound_of):
    stereo = np.rint(np.stack([tone(), -tone()]) * 32_767).astype(np.int16)
    found = repaired(RESAMPLING, sound_of(stereo), rate_hz=8000)
    assert (found.rate_hz, found.raw.shape, found.raw.dtype) == (8000, (2, 8000), np.int16)
    assert (found.codec, found.container) == ("pcm_s16le", "wav")
    assert repaired(RESAMPLING, found, rate_hz=8000) is None


def test_resampling_only_down_leaves_lower_rates(tone, sound_of):
    assert repaired(RESAMPLING, sound_of(tone()), rate_hz=48_000, only_down=True) is None


def test_channels_are_mixed_down(tone, sound_of):
    found = repaired(MONO, sound_of(np.stack([tone(), 0 * tone()])))
    assert found.samples == pytest.approx(tone()[None] / 2, abs=1e-6)


def test_the_loudest_channel_survives_where_the_mean_would_cancel(tone, sound_of):
    found = repaired(MONO, sound_of(np.stack([tone(peak=0.1), -tone(peak=0.4)])), take="loudest")
    assert found.samples == pytest.approx(-tone(peak=0.4)[None])


def test_loudness_comes_to_the_target(tone, sound_of):
    found = repaired(LEVELLING, sound_of(tone(3.0, peak=0.02)))
    assert integrated(found) == pytest.approx(-23.0, abs=0.05)
    assert repaired(LEVELLING, found) is None


def test_no_gain_lifts_the_true_peak_over_its_limit(sound_of):
    click = np.random.default_rng(0).normal(size=48_000).astype(np.float32) * 0.001
    click[24_000] = 0.8
    found = repaired(LEVELLING, sound_of(click), target_lufs=-16.0)
    assert 20 * np.log10(true_peak(found)) == pytest.approx(-1.0, abs=0.1)
    assert repaired(LEVELLING, found, target_lufs=-16.0) is None


def test_silence_at_both_ends_is_cut_but_for_a_margin(tone, sound_of):
    silent = np.zeros(16_000, np.float32)
    found = repaired(TRIMMING, sound_of(np.concatenate([silent, tone(), silent])), margin_seconds=0.1)
    assert found.duration_seconds == pytest.approx(1.2, abs=0.02)
    assert repaired(TRIMMING, found, margin_seconds=0.1) is None


def test_what_is_silent_throughout_is_not_trimmed(sound_of):
    assert repaired(TRIMMING, sound_of(np.zeros(16_000, np.float32))) is None


def test_an_offset_is_taken_off_each_channel(tone, sound_of):
    found = repaired(CENTRING, sound_of(np.stack([tone() + 0.1, tone()])))
    assert found.samples.mean(axis=1) == pytest.approx([0, 0], abs=1e-6)
    assert repaired(CENTRING, found) is None


def bursts(snr_db: float) -> tuple[np.ndarray, np.ndarray]:
    """Return tones that come and go, and the same in white noise."""
    time = np.arange(64_000) / 16_000
    clean = 0.2 * np.sin(2 * np.pi * 440 * time) * (np.sin(2 * np.pi * 0.8 * time) > 0.2)
    noise = np.random.default_rng(0).normal(size=64_000)
    noise *= np.sqrt(np.mean(clean**2) / 10 ** (snr_db / 10))
    return clean, (clean + noise).astype(np.float32)


@pytest.mark.parametrize("snr_db", [5, 10, 20])
def test_denoising_brings_a_sound_nearer_to_what_it_was(sound_of, snr_db):
    clean, noisy = bursts(snr_db)
    found = repaired(DENOISING, sound_of(noisy))
    before, after = np.mean((noisy - clean) ** 2), np.mean((found.mono - clean) ** 2)
    assert 10 * np.log10(before / after) > 3
    assert repaired(DENOISING, found) is None


def test_denoising_leaves_clean_and_steady_sounds_alone(tone, sound_of):
    assert repaired(DENOISING, sound_of(bursts(40)[1])) is None
    assert repaired(DENOISING, sound_of(tone(2.0))) is None
    assert repaired(DENOISING, sound_of(np.zeros(32_000, np.float32))) is None
