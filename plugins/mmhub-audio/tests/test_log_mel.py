"""The vector that needs no model."""

import numpy as np
import pytest

from mmhub_audio.log_mel import LOG_MEL, LogMelOptions, mel_bands


def vector(sound, **options):
    chosen = LogMelOptions(**options)
    model = LOG_MEL.load(chosen, None, "cpu")
    inputs = model.prepare(LOG_MEL.view(sound, chosen, "audio"), "audio")
    return model.forward([inputs], model.bucket(inputs, "audio"), "audio")[0]


def test_a_tone_is_loudest_in_its_own_band(tone, sound_of):
    found = vector(sound_of(tone(hertz=1000.0)), normalise=False)
    edges = np.linspace(0, 2595 * np.log10(1 + 8000 / 700), 66)
    band = np.argmin(np.abs(edges[1:-1] - 2595 * np.log10(1 + 1000 / 700)))
    assert found.shape == (128,)
    assert abs(int(np.argmax(found[:64])) - band) <= 1


def test_a_steady_sound_varies_less_than_a_pulsing_one(tone, sound_of):
    steady = tone(2.0)
    pulsing = steady * (np.arange(len(steady)) // 1600 % 2)
    assert vector(sound_of(steady), normalise=False)[64:].max() < vector(sound_of(pulsing), normalise=False)[64:].max()


def test_the_level_is_in_decibels_of_full_scale(tone, sound_of):
    quiet, loud = (vector(sound_of(tone(peak=peak)), normalise=False)[:64].max() for peak in (0.05, 0.5))
    assert loud - quiet == pytest.approx(20, abs=0.01)


def test_long_sounds_are_read_in_blocks_with_the_same_result(tone, sound_of, monkeypatch):
    sound = sound_of(tone(3.0))
    whole = vector(sound)
    monkeypatch.setattr("mmhub_audio.log_mel._BLOCK", 17)
    assert vector(sound) == pytest.approx(whole, abs=1e-6)


@pytest.mark.parametrize(("window", "rate_hz", "bands"), [(400, 16_000, 64), (200, 8_000, 128)])
def test_every_band_hears_something(window, rate_hz, bands):
    assert (mel_bands(window, rate_hz, bands).sum(axis=0) > 0).all()


def test_silence_has_a_vector_of_length_one(sound_of):
    assert np.linalg.norm(vector(sound_of(np.zeros(10, np.float32)))) == pytest.approx(1)
