"""Which units are alike by a rule on duplicates, directly or by way of others."""

from collections.abc import Sequence

import numpy as np

from mmhub.binding.bound import Bindings, Bound
from mmhub.decide.duplicates.candidates import Alike
from mmhub.decide.duplicates.compared import compared
from mmhub.decide.duplicates.distinct import respect
from mmhub.decide.splitting.splits import Links, components
from mmhub.decide.verdicts import Column
from mmhub.operators import Distinct


def alike_by(rule: Distinct, bounds: Sequence[Bound], bindings: Bindings, kept: np.ndarray, column: Column) -> Links:
    """Return which of the units ``kept`` (int64) hold values that ``rule`` finds alike in what ``bounds`` found out."""
    found = respect(bindings, bounds, rule, column)
    places = np.flatnonzero(np.isin(found.rows, kept))
    there = places[found.holds(places)]
    numbers, alike = compared(lambda some: found.take(there[some]), len(there), found.kind, rule)
    count = int(numbers.max(initial=-1)) + 1
    return found.rows[there], components(_pairs(alike), np.arange(count), count)[numbers]


def _pairs(alike: Alike) -> list[Links]:
    """Return what is alike: a number for every pair, and one for every crowd, of which no two are told apart."""
    ones = np.repeat(np.arange(len(alike.partners.edges) - 1), np.diff(alike.partners.edges))
    others = alike.partners.numbers.astype(np.int64)
    pairs = np.tile(np.arange(len(ones)), 2)
    crowds = [(crowd.astype(np.int64), np.zeros(len(crowd), np.int64)) for crowd in alike.crowds]
    return [(np.concatenate([ones, others]), pairs), *crowds]
