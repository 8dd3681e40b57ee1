"""Of units that repeat one another in one respect, all but one are dropped."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from mmhub.decide.duplicates.compared import Holds, Kind, Take, compared
from mmhub.decide.duplicates.preference import Order, Quality, ordered
from mmhub.decide.duplicates.repeats import Values, repeats
from mmhub.decide.verdicts import Fates, Verdict
from mmhub.operators import Distinct
from mmhub.units import Units


@dataclass(frozen=True)
class Respect:
    """What units are compared in: facts, of which ``rows`` int64[n] are the units; ``holds`` tells which are known,
    and ``take`` gives any.

    ``name`` is that of its clusters, ``verdict`` what units get that repeat another.
    """

    name: str
    verdict: Verdict
    rule: Distinct
    kind: Kind
    rows: np.ndarray
    holds: Holds
    take: Take
    quality: Quality | None


def separate_in(respect: Respect, fates: Fates, units: Units) -> None:
    """Drop units that stand and repeat another in one respect: among all, or in each split."""
    fates.clusters[respect.name] = np.full(len(units), -1, np.int64)
    standing = np.flatnonzero(fates.codes[respect.rows] == 0)
    if respect.rule.splits != "apart":
        _drop(respect, fates, units, standing)
        return
    encoded = units.splits.cast(pa.string()).dictionary_encode(null_encoding="encode")
    splits = np.asarray(encoded.indices)[respect.rows[standing]]
    for split in np.unique(splits):
        _drop(respect, fates, units, standing[splits == split])


def _drop(respect: Respect, fates: Fates, units: Units, standing: np.ndarray) -> None:
    order = ordered(np.unique(respect.rows[standing]), units, respect.rule, respect.quality)
    places, values = _values(respect, order, standing, len(units))
    kinds, found = compared(lambda some: respect.take(places[some]), len(places), respect.kind, respect.rule)
    of = repeats(replace(values, kinds=kinds), found, over=respect.rule.over)
    later = np.flatnonzero(of >= 0)
    repeating, originals = order.units[later], order.units[of[later]]
    clusters = fates.clusters[respect.name]
    clusters[repeating], clusters[originals] = originals, originals
    given = fates.give(repeating, respect.verdict)
    fates.explain(repeating, [f"repeats {row_id}" for row_id in units.ids.take(pa.array(originals)).to_pylist()], given)


def _values(respect: Respect, order: Order, standing: np.ndarray, count: int) -> tuple[np.ndarray, Values]:
    """Return the places of the facts that are known, in order of preference, and whose they are, kinds aside."""
    place = np.full(count, -1, np.int64)
    place[order.units] = np.arange(len(order.units))
    usable = standing[respect.holds(standing)]
    of_unit = place[respect.rows[usable]]
    turn = np.argsort(of_unit, kind="stable")
    sizes = np.bincount(place[respect.rows[standing]], minlength=len(order.units))
    return usable[turn], Values(of_unit[turn], np.zeros(0, np.int64), sizes, order.bars)
