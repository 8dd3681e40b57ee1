"""Copies of sounds found by their fingerprints, over all pairs of clips."""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path

import numpy as np

from evidence.scoring import Scored, halves, scored
from evidence.sounds import CODECS, louder, made, noise, real_sounds, reencoded, with_noise
from mmhub import Distinct
from mmhub_audio import Sound
from mmhub_audio.fingerprint import FINGERPRINT, FingerprintOptions

_LEAST_SECONDS, _PIECE_SECONDS = 3.0, 8.0
_ROUNDS = 7
_NOISE_DB, _CUT_SECONDS, _GAIN_DB = 20.0, 0.5, 12.0
_BAND = 2

Plant = Callable[[Sound, np.random.Generator], Sound]


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row for all copies, with the share of pairs of different recordings taken for one, and one per kind."""
    rng = np.random.default_rng(seed)
    clips = _clips(samples, rng)
    known = {name: _signature(sound) for name, sound in clips.items()}
    found = {kind: [(name, _signature(plant(clips[name], rng))) for name in clips] for kind, plant in _PLANTS.items()}
    caught = {kind: [_alike(known[name], copy) for name, copy in copies] for kind, copies in found.items()}
    false = _false_pairs(known, found)
    none = sum(copy is None for copies in found.values() for _, copy in copies)
    note = f"without a signature {none}; candidates by bands of two; lost: of pairs of different recordings"
    yield scored("audio-duplicates", [hit for hits in caught.values() for hit in hits], false, note)
    for kind, hits in caught.items():
        yield scored(f"audio-duplicates/{kind}", hits, [])


def _clips(samples: Path, rng: np.random.Generator) -> dict[str, Sound]:
    """Return pieces of the second half of the sounds that last three seconds, cut anew at random for each round."""
    names = [name for name, each in real_sounds(samples).items() if each.duration_seconds >= _LEAST_SECONDS]
    _, chosen = halves(names)
    return {f"{name}#{n}": _piece(real_sounds(samples)[name], rng) for name in chosen for n in range(_ROUNDS)}


def _piece(sound: Sound, rng: np.random.Generator) -> Sound:
    """Return a stretch of a sound of at least three seconds."""
    longest = min(sound.duration_seconds, _PIECE_SECONDS)
    length = int(rng.uniform(_LEAST_SECONDS, longest) * sound.rate_hz)
    start = int(rng.integers(0, sound.mono.size - length + 1))
    return made(sound.mono[start : start + length], sound.rate_hz)


def _noisy(sound: Sound, rng: np.random.Generator) -> Sound:
    return made(with_noise(sound.mono, noise(sound.mono.size, rng), _NOISE_DB), sound.rate_hz)


def _trimmed(sound: Sound, rng: np.random.Generator) -> Sound:
    """Return a sound without half a second, taken from both ends in parts at random."""
    cut = int(_CUT_SECONDS * sound.rate_hz)
    first = int(rng.integers(0, cut + 1))
    return made(sound.mono[first : sound.mono.size - (cut - first)], sound.rate_hz)


_PLANTS: Mapping[str, Plant] = {
    "mp3": lambda sound, rng: reencoded(sound, CODECS["mp3"]),
    "opus": lambda sound, rng: reencoded(sound, CODECS["opus"]),
    "aac": lambda sound, rng: reencoded(sound, CODECS["aac"]),
    "louder": lambda sound, rng: louder(sound, float(rng.uniform(-_GAIN_DB, _GAIN_DB))),
    "noise": _noisy,
    "trimmed": _trimmed,
}


def _signature(sound: Sound) -> np.ndarray | None:
    assert FINGERPRINT.measure
    (found,) = FINGERPRINT.measure([sound], FingerprintOptions())["signature"]
    return None if found is None else np.asarray(found, dtype=np.uint32)


def _alike(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Return whether the rule takes two signatures for one, given that some band of them agrees."""
    (rule,) = FINGERPRINT.rules
    assert isinstance(rule, Distinct)
    if one is None or other is None:
        return False
    same = one == other
    return bool(same.reshape(-1, _BAND).all(axis=1).any() and same.mean() >= (rule.at_least or 1.0))


def _false_pairs(
    known: Mapping[str, np.ndarray | None], found: Mapping[str, list[tuple[str, np.ndarray | None]]]
) -> list[bool]:
    """Return of each pair of different recordings, as they are and with what was planted, whether they were one."""
    copies = {name: [copy for each in found.values() for other, copy in each if other == name] for name in known}
    pairs = [(one, other) for one, other in combinations(known, 2) if _recording(one) != _recording(other)]
    return [_alike(known[one], copy) for one, other in pairs for copy in (known[other], *copies[other])]


def _recording(name: str) -> str:
    return name.split("#")[0]
