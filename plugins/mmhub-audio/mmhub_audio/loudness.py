"""How loud a sound is to the ear, and how high its waveform reaches (ITU-R BS.1770-4, EBU R 128)."""

from collections.abc import Sequence

import numpy as np

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_audio.resample import resample
from mmhub_audio.silence import decibels
from mmhub_audio.sound import Sound

_BLOCK_SECONDS = 0.4
_MOST_CHANNELS = 5
_OVERSAMPLING = 4


def loudness(sounds: Sequence[Sound], options: Options) -> Columns:
    """Return integrated loudness and true peak of each sound.

    Loudness is gated and K-weighted; it is ``None`` where BS.1770 defines none: for less than 0.4 s, for what lies
    under the gate of -70 LUFS throughout, and for more than five channels. The true peak is that of the waveform
    between the samples, at four times the rate.
    """
    return {
        "loudness_lufs": [integrated(sound) for sound in sounds],
        "true_peak_dbtp": [decibels(true_peak(sound)) for sound in sounds],
    }


def integrated(sound: Sound) -> float | None:
    """Return the integrated loudness in LUFS, or ``None`` where there is none."""
    from pyloudnorm import Meter

    if sound.duration_seconds < _BLOCK_SECONDS or sound.channels > _MOST_CHANNELS:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        found = float(Meter(sound.rate_hz).integrated_loudness(sound.samples.T.astype(np.float64)))
    return found if np.isfinite(found) else None


def true_peak(sound: Sound) -> float:
    """Return the largest value of the waveform, of any channel, full scale at one (BS.1770-4, annex 2)."""
    peaks = [_between_samples(channel, sound.rate_hz) for channel in sound.samples]
    return max(peaks)


def _between_samples(channel: np.ndarray, rate_hz: int) -> float:
    finer = resample(channel, rate_hz, _OVERSAMPLING * rate_hz)
    return max(float(np.abs(channel).max()), float(np.abs(finer).max()))


LOUDNESS = Cleaner(
    name="audio/loudness",
    version=1,
    modality="audio",
    summary="How loud a sound is by EBU R 128, and its true peak. All its rules are off by default.",
    facts=(
        Fact(name="loudness_lufs", dtype="float64", summary="Integrated loudness in LUFS; absent where undefined."),
        Fact(name="true_peak_dbtp", dtype="float64", summary="True peak in decibels of full scale, at least -120."),
    ),
    measure=loudness,
    rules=(
        Rule("loudness_lufs", reason="too-quiet", at_least=-50.0, on=False),
        Rule("true_peak_dbtp", reason="over-full-scale", at_most=0.0, on=False),
    ),
)
