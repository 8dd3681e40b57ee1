"""Damaged sound files: those made by others, and those cut off anywhere but in their last hundredth."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from evidence.scoring import Scored, scored
from evidence.sounds import CODECS, Codec, encoded, made, real_sounds
from mmhub import Media, Undecodable
from mmhub_audio import Sound, decode

_KINDS = ("wav", "flac", "mp3", "mp3-high", "ogg", "opus", "m4a")
_CUTS = 4
_LONGEST_SECONDS = 5.0
_DAMAGED = (
    "106-invalid-streaminfo.flac",
    "bad-xing.mp3",
    "bad.wav",
    "emptyfile.mp3",
    "mono.empty.wav",
    "mono.invalid.wav",
    "ooming-header.flac",
    "test-44100Hz-le-1ch-4bytes-early-eof.wav",
    "test-44100Hz-le-1ch-4bytes-incomplete-chunk.wav",
    "too-short.mp3",
    "truncated-64bit.mp4",
)
"""The files of the hostile folder that are damaged; the others are odd, and whole."""


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row of all, and one per kind of file."""
    rng = np.random.default_rng(seed)
    hostile = [_refused((samples / "hostile/audio" / name).read_bytes()) for name in _DAMAGED]
    sounds = [_short(sound) for sound in real_sounds(samples).values()]
    found = {kind: _cut(sounds, CODECS[kind], rng) for kind in _KINDS}
    caught = [hit for hits, _ in found.values() for hit in hits]
    lost = [miss for _, misses in found.values() for miss in misses]
    yield scored("damaged/audio", [*hostile, *caught], lost, f"{len(hostile)} hostile files, and cuts")
    for kind, (hits, misses) in found.items():
        yield scored(f"damaged/audio/{kind}", hits, misses)


def _short(sound: Sound) -> Sound:
    return made(sound.mono[: int(_LONGEST_SECONDS * sound.rate_hz)], sound.rate_hz)


def _cut(sounds: list[Sound], codec: Codec, rng: np.random.Generator) -> tuple[list[bool], list[bool]]:
    """Return whether each cut file was refused, and whether each whole one was."""
    caught, lost = [], []
    for sound in sounds:
        whole = encoded(sound, codec)
        lost.append(_refused(whole))
        caught += [_refused(whole[: int(share * len(whole))]) for share in rng.uniform(0.0, 0.99, _CUTS)]
    return caught, lost


def _refused(data: bytes) -> bool:
    try:
        decode(Media(data=data))
    except Undecodable:
        return True
    return False
