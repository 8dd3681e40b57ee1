"""The rows of swapped captions: the generated dataset, its captions exchanged anew, and the calibrated rule.

What a caption's share of false keeps may be is chosen on datasets of some seeds, and scored on those of others. Each is
built once. As vectors are kept by value, captions may then be exchanged as often as one likes: all that follows is
decided by the operators themselves, and nothing is encoded again.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from dataset_scripts.demo.contents import Content, draw_contents
from dataset_scripts.demo.defects import UNLIKE
from evidence.rated import Rated
from evidence.scoring import wilson
from mmhub import run
from mmhub.deciding import Decided, decided, listed
from mmhub.facts import look_up
from mmhub.request import Ready, Request, get_ready
from mmhub.store import Store
from mmhub.survey import Survey, survey

_ROWS, _CHOOSING, _SCORING, _PLANTINGS = 1000, 2, 2, 15
_SHARE = 0.03
_STEPS = {"images": ("align/seen", "picture", "swapped-picture"), "sounds": ("align/heard", "sound", "swapped-sound")}
_BOUNDS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2)
_LOST = 0.0025
"""What share of the rows whose captions stayed may be lost where the bound is chosen: a quarter of what is allowed.

Whenever captions are exchanged it is the same few that are lost, so that chance has a large part in their number.
"""


@dataclass(frozen=True)
class Tried:
    """What came of one exchange of captions: how many, how many of these were dropped, and the same of the others."""

    swapped: int
    caught: int
    clean: int
    lost: int


@dataclass(frozen=True)
class _Built:
    """A dataset that was built, and the contents its rows were drawn from."""

    seed: int
    store: Store
    found: Survey
    contents: Sequence[Content]


@dataclass(frozen=True)
class _Exchanged:
    """What was decided once captions were exchanged: of the rows ``moved``, and of ``others`` like them, int64 each."""

    ready: Ready
    decided: Decided
    moved: np.ndarray
    others: np.ndarray


def rows(samples: Path, seed: int) -> Iterator[Rated]:
    """Yield a row for swapped captions of pictures, one for those of sounds, and one for both."""
    with tempfile.TemporaryDirectory() as folder:
        built = [_build(Path(folder), 7919 * (seed + 1) + n) for n in range(_CHOOSING + _SCORING)]
        found = {}
        for name in _STEPS:
            bound = _chosen(name, built[:_CHOOSING])
            found[name] = _summed(_tried(name, each, bound) for each in built[_CHOOSING:])
            yield _row(f"swaps/{name}", found[name], f"false keeps at most {bound:.0%}")
        yield _row("swaps", _summed(found.values()), "pictures and sounds")


def _build(folder: Path, seed: int) -> _Built:
    ready = _ready(folder, seed)
    run.build(ready.request)
    store = Store.at(folder)
    return _Built(seed, store, survey(ready, store, lambda *_: None), draw_contents(seed, _ROWS))


def _ready(folder: Path, seed: int, *rules: str) -> Ready:
    settings = (f"source.seed={seed}", f"source.rows={_ROWS}", *rules)
    return get_ready(Request(recipe="demo", store=folder, settings=settings))


def _row(slug: str, tried: Tried, note: str) -> Rated:
    value = tried.caught / tried.swapped
    lost = f"; clean rows lost {tried.lost / tried.clean:.2%} of {tried.clean}"
    return Rated(slug, value, 1.0, tried.swapped, wilson(tried.caught, tried.swapped), note + lost)


def _summed(several: Iterable[Tried]) -> Tried:
    return Tried(*(sum(numbers) for numbers in zip(*map(astuple, several), strict=True)))


def _chosen(name: str, built: Sequence[_Built]) -> float:
    """Return the lowest share of false keeps that costs few enough of the rows whose captions stayed."""
    step = _STEPS[name][0]
    every = (each for one in built for each in _exchanged(name, one, _BOUNDS[0]))
    tried = [[_counted(each, _above(each, step, bound)) for bound in _BOUNDS] for each in every]
    for bound, trials in zip(_BOUNDS, zip(*tried, strict=True), strict=True):
        found = _summed(trials)
        if found.lost <= _LOST * found.clean:
            return bound
    return _BOUNDS[-1]


def _tried(name: str, built: _Built, bound: float) -> Tried:
    """Return what comes of exchanging captions of one dataset several times, anew each time."""
    step = _STEPS[name][0]
    return _summed(_counted(each, _dropped(each, step)) for each in _exchanged(name, built, bound))


def _exchanged(name: str, built: _Built, bound: float) -> Iterator[_Exchanged]:
    """Yield what is decided of a dataset with ``bound``, its captions exchanged anew each time."""
    step, kind, defect = _STEPS[name]
    rules = (f"{step}.mismatched=false", f"{step}.unrelated.on=true", f"{step}.unrelated.at_most={bound}")
    ready = _ready(built.store.root, built.seed, *rules)
    place = {row_id: row for row, row_id in enumerate(built.found.units.ids.to_pylist())}
    planted = {each.row_id for each in built.found.planted}
    clean = [each for each in built.contents if each.kind == kind and each.row_id not in planted]
    for planting in range(_PLANTINGS):
        partners = _partners(clean, defect, np.random.default_rng([built.seed, planting]))
        moved = {place[one]: place[other] for one, other in partners.items()}
        others = np.array([place[each.row_id] for each in clean if each.row_id not in partners])
        yield _Exchanged(ready, _decided(ready, built, moved), np.array(list(moved)), others)


def _counted(trial: _Exchanged, dropped: np.ndarray) -> Tried:
    """Return how many of the rows a trial is about are among those ``dropped``, bool[rows]."""
    return Tried(len(trial.moved), int(dropped[trial.moved].sum()), len(trial.others), int(dropped[trial.others].sum()))


def _partners(clean: Sequence[Content], defect: str, rng: np.random.Generator) -> dict[str, str]:
    """Return, for some rows, the row that each exchanges its caption with: one that shows something else."""
    wanted = 2 * max(1, round(_SHARE * len(clean) / 2))
    waiting: list[Content] = []
    partners: dict[str, str] = {}
    for content in (clean[n] for n in rng.permutation(len(clean))):
        other = next((each for each in waiting if UNLIKE[defect](each, content)), None)
        if other is None:
            waiting.append(content)
            continue
        waiting.remove(other)
        partners |= {content.row_id: other.row_id, other.row_id: content.row_id}
        if len(partners) >= wanted:
            break
    return partners


def _decided(ready: Ready, built: _Built, partners: Mapping[int, int]) -> Decided:
    """Return what is decided once captions are exchanged."""
    captions = built.found.units.items["caption"]
    assert captions.texts is not None
    item = {int(row): n for n, row in enumerate(captions.rows)}
    order = np.arange(len(captions))
    for one, other in partners.items():
        order[item[one]] = item[other]
    moved = replace(captions, texts=captions.texts.take(pa.array(order)), keys=captions.keys[order])
    units = replace(built.found.units, items={**built.found.units.items, "caption": moved})
    found = replace(built.found, units=units, facts=look_up(ready.bindings, units, built.store))
    return decided(ready, found, built.store, listed(ready.recipe))


def _dropped(trial: _Exchanged, step: str) -> np.ndarray:
    """Return which rows ``step`` drops, bool[rows]."""
    fates = trial.decided.fates
    return np.isin(fates.codes, [n for n, each in enumerate(fates.verdicts) if each.step == step])


def _above(trial: _Exchanged, step: str, bound: float) -> np.ndarray:
    """Return which rows ``step`` would drop with another bound, bool[rows]: nothing else hangs on it."""
    values, units = trial.decided.columns(trial.ready.bindings.named(step), "false_keep")
    found = np.zeros(len(trial.decided.units), bool)
    found[units] = np.asarray(values.fill_null(0.0)) > bound
    return found
