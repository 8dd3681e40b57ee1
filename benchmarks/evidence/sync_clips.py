"""Offsets planted in real clips: how answers fit what was planted, the more surely the fewer are given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.rated import Rated, rated
from evidence.scoring import halves
from evidence.sync_takes import MS, Take, answer, chance, is_sure, real, take
from mmhub import Media
from mmhub_video.offset import Offset
from mmhub_video.shifting import shifted

_TRIALS = 240
_WITHIN_MS = 120.0
_COVERAGES = (0.6, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05)
"""How many of all trials are answered at other confidences, down to the strictest."""
_OWN_MS = {
    "3qesirWAGt4_000020": 0.0,
    "FIktp5ggvX4_000010": 0.0,
    "oBsTZmqrpFQ_000070": 205.0,
    "RQ85Tkl8i2k_000008": 390.0,
}
"""How late the sound of a clip is as it was uploaded, told by eye: from the frame in which a dog opens its mouth, a
stick lands or a firework lights up, to the onset that is heard of it; the median of three or four such events.
"""


@dataclass(frozen=True)
class _Trial:
    """A clip whose sound was moved, and what is told of it."""

    take: Take
    late_ms: float
    found: Offset | None

    @property
    def evidence(self) -> float:
        """What speaks for the answer; confidences go by it."""
        return self.found.evidence if self.found else float("-inf")


def of_clips(samples: Path, seed: int) -> Iterator[Rated]:
    """Yield how answers fit what was planted in the clips that are scored, of each kind, and with foreign sounds."""
    takes = real(samples)
    _, scored = halves(takes)
    yield from _planted(scored, seed)
    yield _impostors(scored, takes, seed)
    yield from _by_kind(takes, seed)
    yield _by_eye("av-real/by-eye/all", _trials(takes, seed))
    yield _remuxed(scored, seed)


def _trials(takes: Sequence[Take], seed: int, most: int = _TRIALS) -> list[_Trial]:
    """Return what is told of clips whose sound was moved by up to a second to either side."""
    each = -(-most // max(1, len(takes)))
    return [
        _Trial(given, late_ms, answer(given, late_ms))
        for given in takes
        for late_ms in chance(seed, given.name).uniform(-1000, 1000, each).tolist()
    ]


def _planted(takes: Sequence[Take], seed: int) -> Iterator[Rated]:
    """Yield how answers fit what was planted: alone, and beside what a clip has of its own.

    A clip of the web may be out of time by itself: of fireworks the sound comes late, as it travels.
    """
    trials = _trials(takes, seed)
    note = f"beside what was planted alone; of {len(takes)} clips answered: {_names(trials)}"
    yield rated("av-real", [_right(trial) if is_sure(trial.found) else None for trial in trials], note)
    yield _by_eye("av-real/by-eye", trials)
    yield from _curve(trials)
    own = {given.name: answer(given, 0.0) for given in takes}
    moved = []
    for trial in trials:
        itself = own[trial.take.name]
        sure = itself is not None and is_sure(trial.found) and is_sure(itself)
        moved.append(_right(trial, itself.milliseconds) if sure and itself else None)
    said = "; ".join(f"{name} {each.milliseconds:+.0f} ms" for name, each in own.items() if each and is_sure(each))
    yield rated("av-real/moved", moved, f"beside what the files as they are say: {said}")


def _right(trial: _Trial, own_ms: float = 0.0) -> bool:
    assert trial.found is not None
    return abs(trial.found.milliseconds - trial.late_ms - own_ms) <= _WITHIN_MS


def _names(trials: Sequence[_Trial]) -> str:
    return ", ".join(sorted({trial.take.name for trial in trials if is_sure(trial.found)})) or "none"


def _by_eye(slug: str, trials: Sequence[_Trial]) -> Rated:
    """Return how answers fit what was planted beside what the eye tells of a clip; of others it expects nothing."""
    told = [_right(trial, _own_ms(trial)) if is_sure(trial.found) else None for trial in trials]
    own = "; ".join(
        f"{name} {_OWN_MS[name]:+.0f} ms" for name in sorted({trial.take.name for trial in trials} & {*_OWN_MS})
    )
    return rated(
        slug, told, f"beside what was planted and how late the eye finds a clip: {own or 'none was looked at'}"
    )


def _own_ms(trial: _Trial) -> float:
    return _OWN_MS.get(trial.take.name, 0.0)


def _curve(trials: Sequence[_Trial]) -> Iterator[Rated]:
    """Yield how good the surest answers are, by how many are given."""
    order = sorted((trial for trial in trials if trial.found), key=lambda trial: trial.evidence, reverse=True)
    for coverage in _COVERAGES:
        given = order[: round(coverage * len(trials))]
        told = [_right(trial) for trial in given] + [None] * (len(trials) - len(given))
        least = min((trial.found.confidence for trial in given if trial.found), default=0.0)
        eye = sum(_right(trial, _own_ms(trial)) for trial in given) / max(1, len(given))
        note = f"the surest, of {len({trial.take.name for trial in given})} clips: confidence {least:.5f} or more"
        yield rated(f"av-real/curve/{coverage:g}", told, f"{note}; beside what the eye finds {eye:.3f}")


def _impostors(takes: Sequence[Take], others: Sequence[Take], seed: int) -> Rated:
    told = []
    for given in takes:
        rng = chance(seed, f"impostors of {given.name}")
        for other in others:
            if other is not given:
                told += [is_sure(answer(given, late, sound=other)) for late in rng.uniform(-1000, 1000, 3).tolist()]
    return rated("av-real/impostor", told, "the sound of another clip: value is the share of confident answers")


def _by_kind(takes: Sequence[Take], seed: int) -> Iterator[Rated]:
    """Yield a row for each kind of clip, of both halves: there are few of each."""
    for kind in sorted({given.kind for given in takes}):
        some = [given for given in takes if given.kind == kind]
        trials = _trials(some, seed, 24 * len(some))
        told = [_right(trial) if is_sure(trial.found) else None for trial in trials]
        yield rated(f"av-real/{kind}", told, f"{len(some)} clips, of both halves")


def _remuxed(takes: Sequence[Take], seed: int) -> Rated:
    """Return whether a file whose sound was really moved says what its curves say when they are moved."""
    same = []
    for given in takes:
        late_ms = float(chance(seed, f"remuxed {given.name}").uniform(-600, 600))
        data = shifted(given.media, round(late_ms * MS))
        made = take(Media(data=data), given.name, given.kind) if data else None
        one, two = answer(given, late_ms), answer(made, 0.0) if made else None
        if one is None or not is_sure(one):
            continue
        same.append(two is not None and abs(one.milliseconds - two.milliseconds) <= 2 * given.frame_ms)
    return rated("av-real/remuxed", same, "clips moved in their files: told within two frames of what was computed")
