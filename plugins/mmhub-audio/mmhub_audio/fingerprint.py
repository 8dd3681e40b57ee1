"""Which sounds are the same recording: MinHash signatures of pairs of spectral peaks."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field
from rensa import RMinHash

from mmhub import Cleaner, Columns, Distinct, Fact, Options
from mmhub_audio.sound import Sound
from mmhub_audio.spectrum import Frames, spectrogram

_FRAMES = Frames(rate_hz=8000, window=512, hop=64)
_AROUND = (31, 21)
"""A peak is the highest of so many windows and bins around it: 0.25 s, 330 Hz."""
_LOWEST_BIN = 3
_DEEPEST = 1e-4
"""Peaks lie at most 40 dB under the highest, as others come and go with a little noise."""
_QUIETEST = 1e-9
_MOST_WINDOWS_APART = 127
_MOST_BINS_APART = 63
_COARSE_BINS, _COARSE_WINDOWS = 2, 4
"""A landmark is told to within 31 Hz and 32 ms, as codecs and other rates move peaks a little."""
_SEED = 42


class FingerprintOptions(Options):
    """How finely a sound is described."""

    peaks_per_second: int = Field(default=12, ge=1)
    """How many of the highest peaks of each second are used."""
    pairs: int = Field(default=3, ge=1)
    """With how many of the peaks that follow it each is paired."""
    fewest: int = Field(default=8, ge=1)
    """A sound of fewer pairs has no signature: there is too little to know it by."""
    permutations: int = Field(default=512, ge=16, multiple_of=4)
    """Numbers in a signature."""
    most_seconds: float = Field(default=600.0, gt=0.0)
    """How much of a sound is described, from its start."""


def fingerprints(sounds: Sequence[Sound], options: FingerprintOptions) -> Columns:
    """Return a MinHash signature of each sound's landmarks, ``None`` for what has too few of them.

    A landmark is a pair of spectral peaks: the frequency of one, and how far away the other lies in frequency and
    time (Wang, An industrial-strength audio search algorithm, 2003). They outlive lossy codecs, gain, noise and
    cuts; and the Jaccard similarity of their sets (Broder 1997), which signatures estimate, is below 0.02 for
    different recordings, and above 0.12 for copies.
    """
    return {"signature": [_signature(sound, options) for sound in sounds]}


def _signature(sound: Sound, options: FingerprintOptions) -> list[int] | None:
    found = landmarks(sound, options)
    if len(found) < options.fewest:
        return None
    hashed = RMinHash(num_perm=options.permutations, seed=_SEED)
    hashed.update([str(each) for each in found.tolist()])
    return list(hashed.digest())


def landmarks(sound: Sound, options: FingerprintOptions) -> np.ndarray:
    """Return the distinct landmarks of a sound, each as one number, int64[m]."""
    windows, bins = _peaks(spectrogram(sound, _FRAMES, most_seconds=options.most_seconds), options)
    found, paired = [], np.zeros(len(windows), dtype=np.int64)
    for step in range(1, len(windows)):
        ahead, across = windows[step:] - windows[:-step], bins[step:] - bins[:-step]
        if ahead.min() > _MOST_WINDOWS_APART:
            break
        near = (ahead >= 2) & (ahead <= _MOST_WINDOWS_APART) & (np.abs(across) <= _MOST_BINS_APART)
        near &= paired[:-step] < options.pairs
        paired[:-step] += near
        found.append(_coded(bins[:-step][near], across[near], ahead[near]))
    return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


def _coded(bins: np.ndarray, across: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Return the start, the distance in frequency and the distance in time of landmarks as one number each."""
    distance = (across + _MOST_BINS_APART + 1) // _COARSE_BINS
    return np.asarray((bins // _COARSE_BINS) << 16 | distance << 8 | ahead // _COARSE_WINDOWS, dtype=np.int64)


def _peaks(power: np.ndarray, options: FingerprintOptions) -> tuple[np.ndarray, np.ndarray]:
    """Return the windows and the bins of the highest peaks of each second, in order of time."""
    from scipy.ndimage import maximum_filter

    lowest = max(_QUIETEST, float(power.max()) * _DEEPEST)
    highest = (power == maximum_filter(power, size=_AROUND)) & (power > lowest)
    highest[:, :_LOWEST_BIN] = False
    windows, bins = np.nonzero(highest)
    seconds = windows * _FRAMES.hop // _FRAMES.rate_hz
    order = np.lexsort((-power[windows, bins], seconds))
    rank = np.arange(len(order)) - np.searchsorted(seconds[order], seconds[order])
    kept = np.sort(order[rank < options.peaks_per_second])
    return windows[kept], bins[kept]


FINGERPRINT = Cleaner(
    name="audio/fingerprint",
    version=1,
    modality="audio",
    summary="Finds copies of one recording, whatever the codec, the gain, some noise or a cut, and keeps one of them.",
    options=FingerprintOptions,
    facts=(Fact(name="signature", dtype="minhash", summary="MinHash signature of pairs of spectral peaks."),),
    measure=fingerprints,
    rules=(Distinct("signature", reason="near-duplicate-sound", at_least=0.08),),
)
