"""Which units repeat an earlier one, from which of their values are equal or alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mmhub.decide.duplicates.candidates import Alike


@dataclass(frozen=True)
class Values:
    """The values of units that stand in order of preference, flat.

    ``units`` int64[n], ascending, is the place of the unit of each, and ``kinds`` int64[n] its number among distinct
    values: equal values have the same. ``sizes`` int64[units] is how many values a unit has, with those that are
    not here as nothing is known of them; ``bars`` int64[units] how many of the units before it each is compared with.
    """

    units: np.ndarray
    kinds: np.ndarray
    sizes: np.ndarray
    bars: np.ndarray


def repeats(values: Values, found: Alike, *, over: Literal["all", "any"]) -> np.ndarray:
    """Return, as int64[units], which earlier unit each one repeats, or -1; ``found`` says which values are alike.

    Going through units in order of preference, a value is repeated where it is equal or alike to one of a unit that
    was kept, and a unit is kept unless all or any of its values are repeated. So nothing is dropped for its likeness
    to what was itself dropped. Of several it is the first that a unit repeats.
    """
    kinds = len(found.partners.edges) - 1
    shared = (np.bincount(values.kinds, minlength=kinds) > 1) | found.partners.filled | found.crowded.filled
    covered = np.full(kinds, -1, np.int64)
    crowds = list(found.crowds)
    of = np.full(len(values.sizes), -1, np.int64)
    by_kind = covered.data
    for unit, own, size, bar in _shared(values, shared):
        firsts = [by_kind[kind] for kind in own if 0 <= by_kind[kind] < bar]
        if firsts and len(firsts) >= (size if over == "all" else 1):
            of[unit] = min(firsts)
            continue
        for kind in own:
            for each in (kind, *found.partners.of(kind)):
                if by_kind[each] < 0:
                    by_kind[each] = unit
            inside = found.crowded.of(kind)
            for crowd in inside:
                crowds[crowd] = crowds[crowd][covered[crowds[crowd]] < 0]
            if inside:
                left = crowds[inside[0]] if len(inside) == 1 else np.unique(np.concatenate([crowds[n] for n in inside]))
                covered[left[found.near(kind, left)]] = unit
    return of


def _shared(values: Values, shared: np.ndarray) -> Iterator[tuple[int, list[int], int, int]]:
    """Yield each unit with ``shared`` values: these, how many it has of any, and what it is compared with."""
    items = np.flatnonzero(shared[values.kinds])
    units, starts = np.unique(values.units[items], return_index=True)
    kinds = values.kinds[items].tolist()
    edges: Iterable[int] = [*starts.tolist(), len(items)][1:]
    sizes, bars = values.sizes[units].tolist(), values.bars[units].tolist()
    for unit, start, end, size, bar in zip(units.tolist(), starts.tolist(), edges, sizes, bars, strict=True):
        yield unit, kinds[start:end], size, bar
