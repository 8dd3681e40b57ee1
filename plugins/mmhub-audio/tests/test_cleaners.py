"""What cleaners measure, and that their rules leave clean sounds alone."""

from typing import Any

import numpy as np
import pytest

from mmhub import Cleaner, Media, Rule
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
        found = facts(cleaner, value) if cleaner.measure else {}
        for rule in (rule for rule in cleaner.rules if isinstance(rule, Rule) and found[rule.fact] is not None):
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
    assert reasons(sound_of(tone(peak=peak))) == {"silent", "mostly-silent"}


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


def test_a_constant_is_silent(sound_of):
    assert "silent" in reasons(sound_of(np.full(16_000, 0.05, np.float32)))


def test_a_click_in_silence_is_mostly_silent(sound_of):
    click = np.zeros(48_000, np.float32)
    click[20_000] = 0.9
    assert "mostly-silent" in reasons(sound_of(click))


FAULTY = {
    "1-100032-A-0.wav": {"false-bandwidth"},
    "2-100648-A-43.wav": {"clipped"},
    "audioset_R9_ZSCveAHg_7s.mp3": {"false-bandwidth"},
    "car-horn.wav": {"false-bandwidth"},
    "c685f05f.wav": {"false-bandwidth"},
    "count.wav": {"clipped"},
    "p001.mp3": {"false-bandwidth"},
}
"""What is wrong with real files: runs at full scale, and spectra that end like a lossy codec's."""


def test_default_rules_lose_no_real_sound_but_faulty_ones(samples):
    paths = [path for folder in ("sounds", "speech", "vggsound/audio") for path in (samples / folder).rglob("*.*")]
    sounds = [path for path in sorted(paths) if path.suffix in (".wav", ".mp3", ".flac", ".ogg", ".opus")]
    assert len(sounds) > 40
    found = {path.name: reasons(decode(Media(path=str(path)))) for path in sounds}
    assert found == {path.name: FAULTY.get(path.name, set()) for path in sounds}
