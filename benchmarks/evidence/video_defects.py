"""Black, frozen, repeated, bordered and irregular videos, and cuts between shots, planted into real clips."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from evidence.footage import RATE_HZ, Frames, clip_of, files, frames_of
from evidence.scoring import Scored, halves, scored
from mmhub import Cleaner, Rule
from mmhub_video import Clip
from mmhub_video.black import BLACK
from mmhub_video.borders import BORDERS
from mmhub_video.frame_rate import FRAME_RATE
from mmhub_video.frozen import FROZEN
from mmhub_video.glitches import GLITCHES
from mmhub_video.shots import SHOTS, ShotsOptions, cuts

_TRIALS = 200
_FRAMES = 36
_LEAST_BORDER = 0.05
_TOLERANCE = 3
_BORDERED = ("RQ85Tkl8i2k_000008.mp4", "nasa_013013.mp4")
"""Real videos that have bars."""

Planted = tuple[Frames, list[int] | None]
Plant = Callable[[Frames, np.random.Generator], Planted]


def rows(samples: Path, seed: int) -> Iterator[Scored]:
    """Yield a row for each kind of defect, over clips of the half that no default was chosen on."""
    rng = np.random.default_rng(seed)
    _, paths = halves(files(samples))
    sources = {path.name: frames_of(path) for path in paths}
    clean = {
        name: [clip_of(_piece(each, rng)) for _ in range(_TRIALS // len(sources))] for name, each in sources.items()
    }
    every = [clip for clips in clean.values() for clip in clips]
    pieces = [_piece(each, rng) for each in sources.values() for _ in range(_TRIALS // len(sources) + 1)]
    for slug, (cleaner, plant, note) in _DEFECTS.items():
        planted = [clip_of(frames, shown_ms=shown) for frames, shown in (plant(piece, rng) for piece in pieces)]
        yield scored(slug, [dropped(cleaner, clip) for clip in planted], [dropped(cleaner, c) for c in every], note)
    yield _borders(pieces, [clip for name in clean if name not in _BORDERED for clip in clean[name]], rng)
    yield from _shots(list(sources.values()), every, rng)
    yield scored("video/glitches", [], [dropped(GLITCHES, clip) for clip in every], "clean clips alone")


def _piece(frames: Frames, rng: np.random.Generator) -> Frames:
    start = int(rng.integers(0, max(1, len(frames) - _FRAMES)))
    return frames[start : start + _FRAMES]


def dropped(cleaner: Cleaner, clip: Clip) -> bool:
    """Return whether the default rules of a cleaner drop a clip."""
    assert cleaner.measure
    facts = cleaner.measure([clip], cleaner.options())
    return any(_fails(rule, facts[rule.fact][0]) for rule in cleaner.rules if isinstance(rule, Rule) and rule.on)


def _fails(rule: Rule, value: Any) -> bool:
    if value is None:
        return False
    low = rule.at_least is not None and value < rule.at_least
    return low or (rule.at_most is not None and value > rule.at_most)


# -- what is planted -----------------------------------------------------------------------------------------


def _blackened(frames: Frames, rng: np.random.Generator) -> Planted:
    """Return frames of which more than half are black, with some noise of a camera."""
    made = frames.copy()
    length = int(np.ceil(rng.uniform(0.55, 1.0) * len(frames)))
    start = int(rng.integers(0, len(frames) - length + 1))
    noise = rng.normal(0, rng.uniform(0, 4), made[start : start + length].shape)
    made[start : start + length] = np.clip(rng.uniform(0, 8) + noise, 0, 255)
    return made, None


def _stopped(frames: Frames, rng: np.random.Generator) -> Planted:
    """Return frames that stand still for more than half of the time, and at least for a second."""
    length = max(int(np.ceil(1.1 * RATE_HZ)), int(np.ceil(rng.uniform(0.6, 1.0) * len(frames))))
    start = int(rng.integers(0, max(1, len(frames) - length)))
    numbers = np.arange(len(frames))
    numbers[start : start + length] = start
    return frames[numbers], None


def _repeated(frames: Frames, rng: np.random.Generator) -> Planted:
    """Return frames of which every second, or two in three, or as many at random, repeat the one before."""
    numbers = np.arange(len(frames))
    kind = int(rng.integers(0, 3))
    if kind < 2:
        return frames[numbers // (2 + kind) * (2 + kind)], None
    again = rng.random(len(frames)) < rng.uniform(0.5, 0.7)
    again[0] = False
    return frames[np.maximum.accumulate(np.where(again, 0, numbers))], None


def _jittered(frames: Frames, rng: np.random.Generator) -> Planted:
    """Return frames of which some were lost, or which come at any time."""
    usual = 1000 // RATE_HZ
    times = np.arange(len(frames)) * usual
    if rng.random() < 0.5:
        kept = rng.random(len(frames)) > rng.uniform(0.2, 0.5)
        kept[:3] = True
        return frames[kept], [int(at) for at in times[kept]]
    late = np.cumsum(usual * rng.uniform(0.3, 2.5, len(frames)))
    return frames, [int(at) for at in late]


_DEFECTS: dict[str, tuple[Cleaner, Plant, str]] = {
    "video/black": (BLACK, _blackened, "more than half of the time, with noise of up to 4 steps"),
    "video/frozen": (FROZEN, _stopped, "more than half of the time, at least 1.1 s"),
    "video/duplicated": (FROZEN, _repeated, "half or two thirds of the frames"),
    "video/irregular": (FRAME_RATE, _jittered, "20 to 50 % of frames lost, or times drawn at random"),
}


def _borders(pieces: list[Frames], clean: list[Clip], rng: np.random.Generator) -> Scored:
    """Return whether bars of a tenth to a third are found where they are, and how often there are none."""
    assert BORDERS.measure
    caught = []
    for piece in pieces:
        frames, expected = _barred(piece, rng)
        facts = BORDERS.measure([clip_of(frames)], BORDERS.options())
        found = [facts[side][0] for side in ("left", "top", "right", "bottom")]
        caught.append(
            all(a is not None and a >= b - _TOLERANCE for a, b in zip(found, expected, strict=True))
            and (facts["border"][0] or 0) > _LEAST_BORDER
        )
    lost = [(BORDERS.measure([clip], BORDERS.options())["border"][0] or 0) > _LEAST_BORDER for clip in clean]
    return scored(
        "video/borders", caught, lost, f"bars of 10 to 33 % in all; lost: more than {_LEAST_BORDER:.0%} found"
    )


def _barred(frames: Frames, rng: np.random.Generator) -> tuple[Frames, tuple[int, int, int, int]]:
    """Return frames with dark bars above and below, or at both sides, and how wide they are."""
    made, upright = frames.copy(), bool(rng.random() < 0.5)
    side = made.shape[2] if upright else made.shape[1]
    wide = max(5, int(rng.uniform(0.05, 0.165) * side))
    tone = int(rng.integers(0, 20))
    for bar in (made[:, :, :wide], made[:, :, -wide:]) if upright else (made[:, :wide], made[:, -wide:]):
        bar[:] = tone
    return made, (wide, 0, wide, 0) if upright else (0, wide, 0, wide)


def _shots(sources: list[Frames], clean: list[Clip], rng: np.random.Generator) -> Iterator[Scored]:
    """Yield how many cuts between clips of different videos are found, and in how many clips without any one is."""
    caught = []
    for _ in range(_TRIALS):
        one, other = (sources[int(each)] for each in rng.choice(len(sources), 2, replace=False))
        first = int(rng.integers(12, 25))
        joined = np.concatenate((_piece(one, rng)[:first], _fitted(_piece(other, rng), one)[:25]))
        found = cuts(clip_of(joined), ShotsOptions())
        caught.append(any(abs(at - first / RATE_HZ) < 1.5 / RATE_HZ for at in found))
    lost = [bool(cuts(clip, SHOTS.options())) for clip in clean]
    yield scored("video/shots", caught, lost, "hard cuts; lost: clips of one shot in which a cut is found")


def _fitted(frames: Frames, like: Frames) -> Frames:
    """Return frames sampled to the size of others."""
    rows = np.linspace(0, frames.shape[1] - 1, like.shape[1]).round().astype(int)
    columns = np.linspace(0, frames.shape[2] - 1, like.shape[2]).round().astype(int)
    return frames[:, rows][:, :, columns]
