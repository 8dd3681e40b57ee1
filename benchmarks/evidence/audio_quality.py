"""Clipping, silence and false bandwidth, planted into sounds that have none of them."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly, welch

from evidence.scoring import Scored, halves, scored
from evidence.sounds import CODECS, LOSSLESS, Codec, louder, made, real_sounds, reencoded, resampled
from mmhub import Cleaner, Rule
from mmhub_audio import Sound
from mmhub_audio.bandwidth import BANDWIDTH
from mmhub_audio.clipping import CLIPPING
from mmhub_audio.silence import SILENCE

_TRIALS = 240
_LONGEST_SECONDS = 10.0
_CLIPPED = (0.002, 0.05)
_LOWER_RATES_HZ = (8000, 11_025, 16_000, 22_050, 24_000)
_LOW_CODECS = (
    Codec("mp3", "libmp3lame", 48_000),
    CODECS["mp3"],
    CODECS["aac"],
    Codec("adts", "aac", 32_000, 44_100),
    Codec("ogg", "libopus", 12_000, 48_000),
)
_HIGH_RATE_HZ = 44_100
_REMOVED_DBFS, _FADES_DB = -80.0, 40.0

Plant = Callable[[Sound, np.random.Generator], Sound | None]


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row for all three defects, and one for each."""
    rng = np.random.default_rng(seed)
    sources = _sources(samples)
    whole = [sound for sound in sources if _full_band(sound)]
    found = {
        "clipping": _tried(CLIPPING, [each for each in sources if not _at_full_scale(each)], _clipped, rng),
        "silence": _tried(SILENCE, sources, _silent, rng),
        "bandwidth": _tried(BANDWIDTH, whole, _narrowed, rng),
    }
    caught = [hit for hits, _ in found.values() for hit in hits]
    lost = [miss for _, misses in found.values() for miss in misses]
    yield scored("audio-quality", caught, lost, "clipping, silence and false bandwidth together")
    for kind, (hits, misses) in found.items():
        yield scored(f"audio-quality/{kind}", hits, misses, _NOTES[kind])


_NOTES = {
    "clipping": "0.2 to 5 % of samples, turned down afterwards",
    "silence": "zeros, one bit of noise, a constant, noise below -66 dBFS, one click",
    "bandwidth": "from below 0.6 of the rate, or by low-rate MP3, AAC, Opus, where more than -80 dBFS is taken away",
}


def _sources(samples: Path) -> list[Sound]:
    """Return the lossless sounds of the half no default was chosen on, their mono mix, ten seconds of each at most."""
    _, chosen = halves([sound for sound in real_sounds(samples).values() if sound.container in LOSSLESS])
    return [made(sound.mono[: int(_LONGEST_SECONDS * sound.rate_hz)], sound.rate_hz) for sound in chosen]


def _at_full_scale(sound: Sound) -> bool:
    """Return whether three samples in a row are at full scale: such a file is clipped already."""
    highest = np.abs(sound.raw[0].astype(np.int32)) >= 32_767
    return bool(np.any(highest[2:] & highest[1:-1] & highest[:-2]))


def _full_band(sound: Sound) -> bool:
    """Return whether the spectrum near half the rate lies no more than 40 dB under its middle."""
    hertz, power = welch(sound.mono, sound.rate_hz, nperseg=2048)
    levels, share = 10.0 * np.log10(power + 1e-16), hertz / (sound.rate_hz / 2)
    middle, top = levels[(share > 0.3) & (share < 0.5)], levels[(share > 0.85) & (share < 0.95)]
    return bool(np.median(middle) - np.median(top) < _FADES_DB)


def _tried(
    cleaner: Cleaner, sources: list[Sound], plant: Plant, rng: np.random.Generator
) -> tuple[list[bool], list[bool]]:
    """Return whether each planted defect was caught, and whether each sound that was changed harmlessly was lost."""
    planted: list[Sound] = []
    while len(planted) < _TRIALS:
        made_bad = plant(sources[int(rng.integers(0, len(sources)))], rng)
        planted += [] if made_bad is None else [made_bad]
    clean = [_harmless(sources[n % len(sources)], rng) for n in range(_TRIALS)]
    return _dropped(cleaner, planted), _dropped(cleaner, clean)


def _dropped(cleaner: Cleaner, sounds: Sequence[Sound]) -> list[bool]:
    """Return whether the default rules of a cleaner drop each sound."""
    assert cleaner.measure
    facts = cleaner.measure(sounds, cleaner.options())
    fails = np.zeros(len(sounds), bool)
    for rule in cleaner.rules:
        assert isinstance(rule, Rule)
        values = np.asarray(facts[rule.fact], dtype=np.float64)
        low = values < rule.at_least if rule.at_least is not None else False
        high = values > rule.at_most if rule.at_most is not None else False
        fails |= (low | high) & rule.on
    return [bool(each) for each in fails]


def _harmless(sound: Sound, rng: np.random.Generator) -> Sound:
    """Return a sound with a small gain, through a codec at a high rate, or cut at its start."""
    kind = int(rng.integers(0, 3))
    if kind == 0:
        return louder(sound, float(rng.uniform(-6.0, 6.0)))
    if kind == 1:
        return reencoded(sound, CODECS["mp3-high" if sound.rate_hz <= 48_000 else "opus-high"])
    return made(sound.mono[int(rng.integers(0, sound.mono.size // 10)) :], sound.rate_hz)


def _clipped(sound: Sound, rng: np.random.Generator) -> Sound | None:
    """Return a sound of which a share was cut off at full scale, and which was then turned down."""
    share = float(np.exp(rng.uniform(*np.log(_CLIPPED))))
    level = float(np.quantile(np.abs(sound.mono), 1.0 - share))
    if level < 1e-3:
        return None
    return made(np.clip(sound.mono / level, -1.0, 1.0) * float(rng.uniform(0.2, 1.0)), sound.rate_hz)


def _silent(sound: Sound, rng: np.random.Generator) -> Sound:
    """Return as long a sound of nothing."""
    nothing = np.zeros(max(sound.mono.size, 3 * sound.rate_hz))
    kind = int(rng.integers(0, 5))
    if kind == 1:
        nothing += rng.integers(-1, 2, nothing.size) / 2.0**15
    if kind == 2:
        nothing += float(rng.uniform(-0.3, 0.3))
    if kind == 3:
        faint = sound.mono / max(float(np.abs(sound.mono).max()), 1e-9)
        nothing[: faint.size] += faint * 10.0 ** (float(rng.uniform(-90.0, -66.0)) / 20.0)
    if kind == 4:
        nothing[int(rng.integers(0, nothing.size))] = 0.5
    return made(nothing, sound.rate_hz)


def _narrowed(sound: Sound, rng: np.random.Generator) -> Sound | None:
    """Return a sound that was brought up from a lower rate, or came through a codec which cut it off."""
    if sound.rate_hz >= _HIGH_RATE_HZ and rng.random() < 0.5:
        low = reencoded(sound, _LOW_CODECS[int(rng.integers(0, len(_LOW_CODECS)))])
        return low if _took_away(sound, low) else None
    lower = [rate for rate in _LOWER_RATES_HZ if rate < 0.6 * sound.rate_hz]
    narrow = made(_through(sound.mono, sound.rate_hz, int(rng.choice(lower))), sound.rate_hz)
    return narrow if _took_away(sound, narrow) else None


def _through(samples: np.ndarray, rate_hz: int, lower_hz: int) -> np.ndarray:
    """Return samples that went through a lower rate."""
    down = resample_poly(samples, lower_hz, rate_hz)
    up = resample_poly(down, rate_hz, lower_hz)
    return np.asarray(up * min(1.0, 0.98 / max(float(np.abs(up).max()), 1e-9)))


def _took_away(sound: Sound, narrow: Sound) -> bool:
    """Return whether the upper half of what a sound lost was louder than a conversion to 16 bits is."""
    before, after = (_above(each) for each in (sound, resampled(narrow, sound.rate_hz)))
    return before > _REMOVED_DBFS and before > after + 6.0


def _above(sound: Sound) -> float:
    """Return the level of the upper fifth of the spectrum in decibels of full scale."""
    hertz, power = welch(sound.mono, sound.rate_hz, nperseg=2048)
    return float(10.0 * np.log10(np.sum(power[hertz > 0.8 * sound.rate_hz / 2]) * hertz[1] + 1e-16))
