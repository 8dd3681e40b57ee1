"""What cleaners measure, and that their rules leave clean sounds alone."""

from typing import Any

import numpy as np
import pytest

from mmhub import Cleaner, Media
from mmhub_audio import decode, mmhub_cleaners

CLEANERS = {cleaner.name: cleaner for cleaner in mmhub_cleaners()}


def facts(cleaner: Cleaner, value: Any, **options: Any) -> dict[str, Any]:
    columns = cleaner.measure([value], cleaner.options(**options))
    assert set(columns) == {fact.name for fact in cleaner.facts}
    return {name: column[0] for name, column in columns.items()}


def reasons(value: Any) -> set[str]:
    """Return the reasons for which default rules would drop a sound."""
    failed = set()
    for cleaner in CLEANERS.values():
        found = facts(cleaner, value)
        for rule in cleaner.rules:
            low = rule.at_least is not None and found[rule.fact] < rule.at_least
            high = rule.at_most is not None and found[rule.fact] > rule.at_most
            failed |= {rule.reason} if rule.on and (low or high) else set()
    return failed


def test_duration_counts_samples(tone, sound_of):
    assert facts(CLEANERS["audio/duration"], sound_of(tone(0.25)))["duration_seconds"] == 0.25
    assert reasons(sound_of(tone(0.05))) == {"too-short"}


def test_format_tells_rate_and_channels(tone, sound_of):
    stereo = sound_of(np.stack([tone(rate_hz=6000), tone(rate_hz=6000)]), rate_hz=6000)
    assert facts(CLEANERS["audio/format"], stereo) == {"rate_hz": 6000, "channels": 2, "codec": "pcm_f32le"}
    assert reasons(stereo) == {"low-rate"}


def test_silence_is_counted_in_windows(tone, sound_of):
    sound = sound_of(np.concatenate([tone(1.0), np.zeros(3 * 16_000, np.float32)]))
    found = facts(CLEANERS["audio/silence"], sound)
    assert found["silence_ratio"] == pytest.approx(0.75)
    assert found["peak_dbfs"] == pytest.approx(-6.02, abs=0.01)
    assert found["rms_dbfs"] == pytest.approx(-6.02 - 3.01 - 6.02, abs=0.01)


@pytest.mark.parametrize("peak", [0.0, 0.0005])
def test_a_silent_sound_is_dropped(tone, sound_of, peak):
    assert reasons(sound_of(tone(peak=peak))) == {"silent"}


def test_digital_silence_has_a_finite_level(tone, sound_of):
    found = facts(CLEANERS["audio/silence"], sound_of(tone(peak=0)))
    assert (found["peak_dbfs"], found["rms_dbfs"]) == (-120, -120)


def test_channels_that_cancel_each_other_are_not_silent(tone, sound_of):
    assert reasons(sound_of(np.stack([tone(), -tone()]))) == set()


@pytest.mark.parametrize("gain", [1.0, 0.3])
def test_clipping_is_found_whatever_the_gain(tone, sound_of, gain):
    clipped = (np.clip(tone(peak=1.5), -1, 1) * gain).astype(np.float32)
    share = float(np.mean(np.abs(clipped) == np.abs(clipped).max()))
    assert facts(CLEANERS["audio/clipping"], sound_of(clipped))["clipped_ratio"] == pytest.approx(share)
    assert reasons(sound_of(clipped)) == {"clipped"}


def test_a_loud_sound_is_not_clipped(sound_of):
    noise = np.random.default_rng(0).normal(size=16_000)
    loud = np.rint(noise / np.abs(noise).max() * 32_767).astype(np.int16)
    assert facts(CLEANERS["audio/clipping"], sound_of(loud))["clipped_ratio"] == 0


def test_default_rules_lose_no_real_sound(samples):
    paths = [path for folder in ("sounds", "speech", "vggsound/audio") for path in (samples / folder).rglob("*.*")]
    sounds = [path for path in sorted(paths) if path.suffix in (".wav", ".mp3", ".flac", ".ogg", ".opus")]
    assert len(sounds) > 40
    assert {path.name: reasons(decode(Media(path=str(path)))) for path in sounds} == {p.name: set() for p in sounds}
