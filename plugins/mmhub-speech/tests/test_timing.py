"""The shift and the drift of subtitles are found against speech, and nothing is said where they are not sure."""

from fractions import Fraction

import numpy as np
import pytest

from mmhub_audio.voice import FRAME_SECONDS
from mmhub_speech import Cue, Subtitles
from mmhub_speech.cue import nanoseconds
from mmhub_speech.retiming import retimed, spoken_share
from mmhub_speech.synchrony import RetimingOptions, TimingOptions, retime, sure_timing, timing
from mmhub_speech.timing import RATES

from .conftest import noise, sound


def dialogue(seconds: float, *, seed: int) -> tuple[list[Cue], np.ndarray]:
    """Cues of one to four seconds with pauses between them, and speech while they are shown."""
    rng = np.random.default_rng(seed)
    spans, at = [], 0.5
    while at + 4.0 < seconds:
        end = at + rng.uniform(1.0, 4.0)
        spans.append((at, end))
        at = end + rng.uniform(0.3, 3.0)
    moments = (np.arange(round(seconds / FRAME_SECONDS)) + 0.5) * FRAME_SECONDS
    speech = np.any([(moments >= start) & (moments < end) for start, end in spans], axis=0)
    cues = [Cue(nanoseconds(start), nanoseconds(end), f"cue {n}") for n, (start, end) in enumerate(spans)]
    return cues, np.where(speech, 0.9, 0.1) + rng.uniform(-0.1, 0.1, len(speech))


def moved(cues, *, shift: float, rate: Fraction = Fraction(1)) -> list[Cue]:
    """Cues that ``shift`` and ``rate`` bring back to where they were."""
    back = nanoseconds(shift)
    return [Cue(round((c.start_ns - back) / rate), round((c.end_ns - back) / rate), c.text) for c in cues]


@pytest.mark.parametrize("shift", [-29.0, -0.7, 0.0, 3.21, 29.0])
def test_a_shift_is_found_to_within_a_few_frames(shift):
    cues, speech = dialogue(60.0, seed=1)
    found = sure_timing(moved(cues, shift=shift), speech, TimingOptions())
    assert found is not None
    assert found.rate == 1
    assert found.shift_ns / 1e9 == pytest.approx(shift, abs=0.05)


@pytest.mark.parametrize("rate", [rate for rate in RATES if abs(rate - 1) > Fraction(1, 100)])
def test_another_frame_rate_is_found_from_three_minutes(rate):
    cues, speech = dialogue(180.0, seed=2)
    wrong = moved(cues, shift=5.0, rate=rate)
    found = sure_timing(wrong, speech, TimingOptions())
    assert found is not None
    right = retimed(wrong, shift_ns=found.shift_ns, rate=found.rate)
    assert [one.text for one in right] == [cue.text for cue in cues]
    assert max(abs(one.start_ns - cue.start_ns) for one, cue in zip(right, cues, strict=True)) < 0.15e9


def test_another_frame_rate_is_not_told_from_one_minute():
    cues, speech = dialogue(60.0, seed=3)
    assert sure_timing(moved(cues, shift=1.0, rate=Fraction(25_025, 24_000)), speech, TimingOptions()) is None


def test_subtitles_of_something_else_are_not_answered():
    cues, _ = dialogue(90.0, seed=4)
    _, speech = dialogue(90.0, seed=5)
    assert sure_timing(cues, speech, TimingOptions()) is None


def test_cues_without_a_pause_carry_nothing():
    speech = dialogue(60.0, seed=6)[1]
    cues = [Cue(nanoseconds(3.0 * n), nanoseconds(3.0 * n + 3.0), "x") for n in range(20)]
    assert sure_timing(cues, speech, TimingOptions()) is None


def test_one_cue_is_not_answered():
    assert sure_timing([Cue(0, nanoseconds(30.0), "x")], dialogue(60.0, seed=7)[1], TimingOptions()) is None


def test_each_cue_tells_how_likely_somebody_speaks():
    speech = np.repeat([0.0, 1.0, 0.0], 100)
    step = nanoseconds(FRAME_SECONDS)
    cues = [Cue(0, 100 * step, "before"), Cue(100 * step, 200 * step, "while"), Cue(150 * step, 250 * step, "half")]
    assert spoken_share([*cues, Cue(400 * step, 500 * step, "after")], speech) == pytest.approx([0, 1, 0.5, 0])


def heard(speech: np.ndarray):
    """A sound of which it is known beforehand where somebody speaks."""
    made = sound(noise(len(speech) * FRAME_SECONDS))
    made.__dict__["_speech"] = speech
    return made


def test_subtitles_are_brought_to_their_speech_once():
    cues, speech = dialogue(60.0, seed=8)
    late = Subtitles(tuple(moved(cues, shift=-4.0)), "srt")
    (mended,) = retime([late], [heard(speech)], RetimingOptions())
    assert mended.facts["shifted_seconds"] == pytest.approx(-4.0, abs=0.05)
    assert max(abs(a.start_ns - b.start_ns) for a, b in zip(mended.value.cues, cues, strict=True)) < 0.05e9
    assert mended.value.form == "srt"
    (again,) = retime([mended.value], [heard(speech)], RetimingOptions())
    assert again.value is None
    assert again.facts["shifted_seconds"] == 0.0


def test_what_is_found_of_subtitles_is_told_or_left_out():
    cues, speech = dialogue(60.0, seed=9)
    late = Subtitles(tuple(moved(cues, shift=-4.0)), "srt")
    silent = heard(np.zeros(2_000))
    facts = timing([late, late], [heard(speech), silent], TimingOptions())
    assert facts["shift_seconds"] == [pytest.approx(-4.0, abs=0.05), None]
    assert facts["speed"] == [1.0, None]
    assert facts["spoken_share"][1] == 0.0
    assert [span["text"] for span in facts["cues"][0]] == [cue.text for cue in cues]


def test_cues_before_the_sound_are_left_out():
    cues = [Cue(0, 10, "gone"), Cue(5, 30, "cut"), Cue(30, 40, "kept")]
    assert retimed(cues, shift_ns=-20) == (Cue(0, 10, "cut"), Cue(10, 20, "kept"))
