"""The rows of offsets between sound and picture: planted in films drawn for it, and in real clips."""

import csv
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evidence.footage import files
from evidence.rated import Rated, rated
from evidence.scoring import halves
from evidence.sync_films import CODINGS, SIGHTS, film
from mmhub import Media, Undecodable
from mmhub_video import decode
from mmhub_video.av_offset import OffsetOptions
from mmhub_video.offset import Curves, Offset, estimate, heard_curves, seen_curves
from mmhub_video.shifting import shifted

_MS = 1_000_000
_TRIALS = 240
_WITHIN_MS = 120.0
_CURVE = (0.1, 0.5, 0.99, 0.999)
"""Other confidences that could be asked for: how precision and coverage go together."""
_OPTIONS = OffsetOptions()


@dataclass(frozen=True, eq=False)
class Take:
    """A clip, as far as an offset is told from it: what is seen and heard when, and the length of a frame."""

    name: str
    kind: str
    media: Media
    seen: Curves
    heard: Curves
    frame_ms: float


def rows(samples: Path, seed: int) -> Iterator[Rated]:
    """Yield the rows of films that were drawn, and those of real clips."""
    yield from _of_films(seed)
    takes = _real(samples)
    _, scored = halves(takes)
    yield from _of_clips(scored, seed)
    yield _impostors(scored, takes, seed)
    yield from _by_kind(takes, seed)
    yield _remuxed(scored, seed)


def _take(media: Media, name: str, kind: str) -> Take | None:
    """Return a clip, None of one without sound or that does not decode."""
    try:
        clip = decode(media)
    except Undecodable:
        return None
    if clip.sound is None or clip.heard is None:
        return None
    seen, heard = seen_curves(clip.trace.stirs, clip.shown_ns), heard_curves(clip.sound, clip.heard)
    return Take(name, kind, media, seen, heard, 1000.0 / clip.frame_rate_hz)


def _answer(take: Take, late_ms: float, *, sound: Take | None = None) -> Offset | None:
    """Return what is told of a clip whose sound, or that of another clip, was moved."""
    heard = (sound or take).heard
    moved = replace(heard, times_ns=heard.times_ns + round(late_ms * _MS))
    return estimate(take.seen, moved, range_seconds=_OPTIONS.range_seconds)


def _sure(found: Offset | None, confidence: float = _OPTIONS.least_confidence) -> bool:
    return found is not None and found.confidence >= confidence


def _random(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _of_films(seed: int) -> Iterator[Rated]:
    """Yield what is told of films, each coded with an offset, and then moved some more."""
    errors: dict[str, list[float | None]] = {sight: [] for sight in SIGHTS}
    frames: dict[str, list[float]] = {sight: [] for sight in SIGHTS}
    for number, (coding, sight) in enumerate((coding, sight) for coding in CODINGS for sight in SIGHTS):
        rng = np.random.default_rng([seed, number])
        coded_ms = float(rng.uniform(-500, 500))
        take = _take(Media(data=film(rng, coding, sight, coded_ms / 1000)), coding.pictures, sight)
        assert take is not None
        for late_ms in (0.0, *rng.uniform(-450, 450, 14)):
            found = _answer(take, late_ms)
            errors[sight].append(abs(found.milliseconds - coded_ms - late_ms) if found and _sure(found) else None)
            frames[sight].append(take.frame_ms)
    sudden, lengths = errors["flash"] + errors["jump"], frames["flash"] + frames["jump"]
    within = [None if error is None else error <= frame for error, frame in zip(sudden, lengths, strict=True)]
    yield rated("av-generated", within, "right: within one frame, of what is elsewhere or lit from one to the next")
    yield _wrong("av-generated/wrong", sudden)
    yield _wrong("av-generated/strike", errors["strike"])


def _wrong(slug: str, errors: Sequence[float | None]) -> Rated:
    told = [error for error in errors if error is not None]
    wrong = [None if error is None else error > _WITHIN_MS for error in errors]
    return rated(slug, wrong, f"share off by more than {_WITHIN_MS:g} ms; the worst by {max(told, default=0.0):.0f} ms")


def _real(samples: Path) -> list[Take]:
    """Return all real clips with sound, in a fixed order."""
    labels = _labels(samples)
    hostile = sorted(path for path in (samples / "hostile/video").iterdir() if path.is_file())
    made = []
    for path in [*files(samples), *hostile]:
        kind = labels.get(path.stem) or ("hostile" if path in hostile else _kind(path.stem))
        made.append(_take(Media(path=str(path)), path.stem, kind))
    return [take for take in made if take is not None]


def _labels(samples: Path) -> dict[str, str]:
    """Return the class of each clip of VGGSound, by its name."""
    with (samples / "vggsound/vggsound.csv").open(encoding="utf-8", newline="") as file:
        found = {f"{row[0]}_{int(row[1]):06d}": row[2] for row in csv.reader(file) if len(row) > 2}
    return {name: label.replace(",", "").replace(" ", "-") for name, label in found.items()}


def _kind(name: str) -> str:
    return "talking-head" if name.startswith("grid_") else "howto100m"


def _planted(takes: Sequence[Take], seed: int, most: int = _TRIALS) -> list[tuple[Take, float, Offset | None]]:
    """Return what is told of clips whose sound was moved by up to a second to either side."""
    each = -(-most // max(1, len(takes)))
    return [
        (take, late_ms, _answer(take, late_ms))
        for take in takes
        for late_ms in _random(seed, take.name).uniform(-1000, 1000, each).tolist()
    ]


def _right(found: Offset, expected_ms: float) -> bool:
    return abs(found.milliseconds - expected_ms) <= _WITHIN_MS


def _of_clips(takes: Sequence[Take], seed: int) -> Iterator[Rated]:
    """Yield how answers fit what was planted, and the same beside what a clip says of itself.

    A clip of the web may be out of time by itself: of fireworks the sound comes late, as it travels.
    """
    trials = _planted(takes, seed)
    slugs = {_OPTIONS.least_confidence: "av-real"} | {each: f"av-real/curve-{each:g}" for each in _CURVE}
    for confidence, slug in slugs.items():
        told = [_right(found, late) if found and _sure(found, confidence) else None for _, late, found in trials]
        named = sorted({take.name for take, _, found in trials if _sure(found, confidence)})
        note = f"beside what was planted alone; of {len(takes)} clips answered: {', '.join(named) or 'none'}"
        yield rated(slug, told, note)
    own = {take.name: _answer(take, 0.0) for take in takes}
    moved = []
    for take, late, found in trials:
        itself = own[take.name]
        both = found is not None and itself is not None and _sure(found) and _sure(itself)
        moved.append(_right(found, late + itself.milliseconds) if both and found and itself else None)
    said = "; ".join(f"{name} {each.milliseconds:+.0f} ms" for name, each in own.items() if each and _sure(each))
    yield rated("av-real/moved", moved, f"beside what the files as they are say: {said}")


def _impostors(takes: Sequence[Take], others: Sequence[Take], seed: int) -> Rated:
    told = []
    for take in takes:
        rng = _random(seed, f"impostors of {take.name}")
        for other in others:
            if other is not take:
                told += [_sure(_answer(take, late, sound=other)) for late in rng.uniform(-1000, 1000, 3).tolist()]
    return rated("av-real/impostor", told, "the sound of another clip: value is the share of confident answers")


def _by_kind(takes: Sequence[Take], seed: int) -> Iterator[Rated]:
    """Yield a row for each kind of clip, of both halves: there are few of each."""
    for kind in sorted({take.kind for take in takes}):
        some = [take for take in takes if take.kind == kind]
        trials = _planted(some, seed, 24 * len(some))
        told = [_right(found, late) if found and _sure(found) else None for _, late, found in trials]
        yield rated(f"av-real/{kind}", told, f"{len(some)} clips, of both halves")


def _remuxed(takes: Sequence[Take], seed: int) -> Rated:
    """Return whether a file whose sound was really moved says what its curves say when they are moved."""
    same = []
    for take in takes:
        late_ms = float(_random(seed, f"remuxed {take.name}").uniform(-600, 600))
        data = shifted(take.media, round(late_ms * _MS))
        made = _take(Media(data=data), take.name, take.kind) if data else None
        one, two = _answer(take, late_ms), _answer(made, 0.0) if made else None
        if one is None or not _sure(one):
            continue
        same.append(two is not None and abs(one.milliseconds - two.milliseconds) <= 2 * take.frame_ms)
    return rated("av-real/remuxed", same, "clips moved in their files: told within two frames of what was computed")
