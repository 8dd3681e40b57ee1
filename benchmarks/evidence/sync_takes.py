"""Clips, as far as an offset between sound and picture is told from them, and what is told when they are moved."""

import csv
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evidence.footage import files
from mmhub import Media, Undecodable
from mmhub_video import decode
from mmhub_video.av_offset import OffsetOptions
from mmhub_video.offset import Curves, Offset, estimate, heard_curves, seen_curves

MS = 1_000_000
OPTIONS = OffsetOptions()


@dataclass(frozen=True, eq=False)
class Take:
    """A clip, as far as an offset is told from it: what is seen and heard when, and the length of a frame."""

    name: str
    kind: str
    media: Media
    seen: Curves
    heard: Curves
    frame_ms: float


def take(media: Media, name: str, kind: str) -> Take | None:
    """Return a clip, None of one without sound or that does not decode."""
    try:
        clip = decode(media)
    except Undecodable:
        return None
    if clip.sound is None or clip.heard is None:
        return None
    seen, heard = seen_curves(clip.trace.stirs, clip.shown_ns), heard_curves(clip.sound, clip.heard)
    return Take(name, kind, media, seen, heard, 1000.0 / clip.frame_rate_hz)


def answer(given: Take, late_ms: float, *, sound: Take | None = None) -> Offset | None:
    """Return what is told of a clip whose sound, or that of another clip, was moved."""
    heard = (sound or given).heard
    moved = replace(heard, times_ns=heard.times_ns + round(late_ms * MS))
    return estimate(given.seen, moved, range_seconds=OPTIONS.range_seconds)


def is_sure(found: Offset | None) -> bool:
    """Return whether the operator would give an answer."""
    return found is not None and found.confidence >= OPTIONS.least_confidence


def chance(seed: int, name: str) -> np.random.Generator:
    """Return a generator that hangs on the seed and on the name of a clip."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def real(samples: Path) -> list[Take]:
    """Return all real clips with sound, in a fixed order."""
    labels = _labels(samples)
    hostile = sorted(path for path in (samples / "hostile/video").iterdir() if path.is_file())
    made = []
    for path in [*files(samples), *hostile]:
        kind = labels.get(path.stem) or ("hostile" if path in hostile else _kind(path.stem))
        made.append(take(Media(path=str(path)), path.stem, kind))
    return [each for each in made if each is not None]


def _labels(samples: Path) -> dict[str, str]:
    """Return the class of each clip of VGGSound, by its name."""
    with (samples / "vggsound/vggsound.csv").open(encoding="utf-8", newline="") as file:
        found = {f"{row[0]}_{int(row[1]):06d}": row[2] for row in csv.reader(file) if len(row) > 2}
    return {name: label.replace(",", "").replace(" ", "-") for name, label in found.items()}


def _kind(name: str) -> str:
    return "talking-head" if name.startswith("grid_") else "howto100m"
