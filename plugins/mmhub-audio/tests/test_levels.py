"""Loudness, true peak, offset and channels."""

import numpy as np
import pytest

from mmhub import Options
from mmhub_audio.channels import ChannelsOptions, channels
from mmhub_audio.dc_offset import dc_offset
from mmhub_audio.loudness import loudness


def told(measure, sound, options):
    return {name: column[0] for name, column in measure([sound], options).items()}


def test_loudness_is_that_of_the_reference_tone_of_ebu_tech_3341(tone, sound_of):
    # 1 kHz at -23 dBFS in both channels is -23 LUFS
    channel = tone(5.0, rate_hz=48_000, hertz=1000.0, peak=10 ** (-23 / 20))
    found = told(loudness, sound_of(np.stack([channel, channel]), rate_hz=48_000), Options())
    assert found["loudness_lufs"] == pytest.approx(-23.0, abs=0.1)
    assert found["true_peak_dbtp"] == pytest.approx(-23.0, abs=0.1)


def test_the_true_peak_lies_between_samples(sound_of):
    # a quarter of the rate, an eighth of a period off: samples reach 0.707 of the peak
    tone = 0.5 * np.hanning(16_000) * np.sin(np.pi / 2 * np.arange(16_000) + np.pi / 4)
    found = told(loudness, sound_of(tone.astype(np.float32)), Options())
    assert found["true_peak_dbtp"] == pytest.approx(-6.02, abs=0.3)


@pytest.mark.parametrize("seconds", [0.2, 2.0])
def test_loudness_is_absent_where_it_is_undefined(tone, sound_of, seconds):
    assert told(loudness, sound_of(tone(seconds, peak=0.0 if seconds > 1 else 0.5)), Options())["loudness_lufs"] is None


def test_the_offset_is_that_of_the_worst_channel(tone, sound_of):
    sound = sound_of(np.stack([tone(), tone() - 0.2]))
    assert told(dc_offset, sound, Options())["dc_offset"] == pytest.approx(0.2, abs=1e-6)


def test_channels_that_repeat_each_other_are_told(tone, sound_of):
    found = told(channels, sound_of(np.stack([tone(), tone()])), ChannelsOptions())
    assert found == {"dual_mono": True, "silent_channels": 0, "channel_correlation": pytest.approx(1.0)}


def test_a_silent_channel_is_counted_even_with_an_offset(tone, sound_of):
    found = told(channels, sound_of(np.stack([tone(), np.full(16_000, 0.1, np.float32)])), ChannelsOptions())
    assert (found["dual_mono"], found["silent_channels"]) == (False, 1)


def test_channels_that_cancel_out_correlate_negatively(tone, sound_of):
    found = told(channels, sound_of(np.stack([tone(), -tone()])), ChannelsOptions())
    assert found["channel_correlation"] == pytest.approx(-1.0)


def test_one_channel_is_neither_the_same_nor_correlated(tone, sound_of):
    found = told(channels, sound_of(tone()), ChannelsOptions())
    assert (found["dual_mono"], found["channel_correlation"]) == (None, None)
