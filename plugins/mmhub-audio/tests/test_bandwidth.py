"""Where a spectrum ends: after upsampling, and after lossy codecs."""

import numpy as np
import pytest

from mmhub import Media
from mmhub_audio import decode
from mmhub_audio.bandwidth import BandwidthOptions, bandwidth
from mmhub_audio.resample import resample


def noise(seconds: float = 2.0, *, rate_hz: int = 44_100) -> np.ndarray:
    return (0.1 * np.random.default_rng(0).normal(size=round(seconds * rate_hz))).astype(np.float32)


def measured(sound) -> tuple[float, float]:
    found = bandwidth([sound], BandwidthOptions())
    return found["bandwidth_hz"][0], found["bandwidth_ratio"][0]


def test_noise_reaches_half_the_rate(sound_of):
    assert measured(sound_of(noise(), rate_hz=44_100)) == (22_050.0, 1.0)


@pytest.mark.parametrize("lower_hz", [8000, 16_000, 22_050])
def test_upsampling_is_found_where_it_ends(sound_of, lower_hz):
    low = resample(noise(), 44_100, lower_hz)
    hertz, ratio = measured(sound_of(resample(low, lower_hz, 44_100), rate_hz=44_100))
    # the flank of FFmpeg's resampler takes a seventh
    assert 0.95 < hertz / (lower_hz / 2) < 1.2
    assert ratio < 0.8


def test_a_quiet_recording_in_16_bits_still_shows_its_edge(sound_of):
    up = resample(resample(noise() * 0.002, 44_100, 16_000), 16_000, 44_100)
    whole = np.rint(up * 2**15).astype(np.int16)
    assert measured(sound_of(whole, rate_hz=44_100))[0] == pytest.approx(8000, rel=0.06)


def test_a_lossy_codec_at_a_low_rate_is_found(file_of):
    sound = decode(Media(data=file_of(noise(rate_hz=44_100), format="mp3", codec="mp3", rate_hz=44_100)))
    assert 0.6 < measured(sound)[1] < 1.0


@pytest.mark.parametrize("samples", [np.zeros(1000, np.float32), np.zeros(44_100, np.float32)])
def test_silence_and_short_sounds_have_no_edge(sound_of, samples):
    assert measured(sound_of(samples, rate_hz=44_100))[1] == 1.0
