"""Which values are alike, among those that have one of several keys in common: found by sorting, in bounded memory."""

from dataclasses import dataclass

import numpy as np

from mmhub.decide.duplicates.likeness import Likeness, Near
from mmhub.decide.duplicates.sampled import shares_alike

_FEW = 32
"""Values of one key of which every two are compared."""
_MANY = 2048
"""Values of one key of which every two are compared where few of them are alike."""
_DENSE, _SAMPLED = 1 / 16, 64
"""Share of alike pairs, of so many looked at, from which many values of one key are a crowd."""
_DENSEST, _SAMPLED_MORE = 1 / 128, 1024
"""The same of very many values."""
_PAIRS_PER_VALUE = 8
"""From so many pairs on, whatever has a key in common with many is a crowd."""
_AT_ONCE = 1 << 22
"""Pairs that are held before they are looked at."""
_COMPARED_AT_ONCE = 1 << 16
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Groups:
    """Numbers by group: those of group n are ``numbers`` from ``edges`` n to n + 1."""

    numbers: np.ndarray
    edges: np.ndarray

    def of(self, group: int) -> list[int]:
        """Return the numbers of a group."""
        found: list[int] = self.numbers[self.edges[group] : self.edges[group + 1]].tolist()
        return found

    @property
    def filled(self) -> np.ndarray:
        """Whether a group has any number, bool[groups]."""
        return np.asarray(np.diff(self.edges) > 0)


@dataclass(frozen=True)
class Alike:
    """Values that are alike: any two of them are partners, or in one crowd together.

    ``partners`` has, by value, those that are alike to it; ``crowds`` values int32[m], of which any two may or may
    not be alike; ``crowded``, by value, in which crowds it is.
    """

    partners: Groups
    crowds: list[np.ndarray]
    crowded: Groups
    near: Near


def alike(likeness: Likeness, count: int) -> Alike:
    """Return which of ``count`` values are alike.

    Values that share a key are compared, each with each where they are few. Many that are mostly alike, such as
    pictures that are all but black, are a crowd, whose pairs nobody counts; many that are mostly not are told apart
    by further keys.
    """
    search = _Search(likeness, count)
    if count > 1:
        search.among(np.arange(count), 0)
    return arranged(search.pairs, search.crowds, count, likeness.near)


def arranged(pairs: np.ndarray, crowds: list[np.ndarray], count: int, near: Near) -> Alike:
    """Return pairs, uint64[n] of two numbers each, and crowds by the ``count`` values that are in them."""
    owners = np.repeat(np.arange(len(crowds), dtype=np.uint64), [len(each) for each in crowds])
    inside = np.concatenate([np.zeros(0, np.uint64), *crowds]).astype(np.uint64) << _HALF | owners
    partners = _grouped(np.concatenate([pairs, pairs << _HALF | pairs >> _HALF]), count)
    return Alike(partners, crowds, _grouped(inside, count), near)


def unlike(count: int) -> Alike:
    """Return that of ``count`` distinct values none is alike to another."""
    return arranged(np.zeros(0, np.uint64), [], count, lambda one, others: np.zeros(len(others), bool))


def _grouped(packed: np.ndarray, count: int) -> Groups:
    """Return numbers by group from a group and a number in each of ``packed`` uint64[n], which is sorted."""
    packed.sort()
    edges = np.searchsorted(packed, np.arange(count + 1, dtype=np.uint64) << _HALF)
    return Groups((packed & _LOW).astype(np.int32), edges)


class _Search:
    """The pairs found so far to be alike, or not, ascending, two numbers in a uint64 each; and the crowds."""

    def __init__(self, likeness: Likeness, count: int) -> None:
        self.pairs, self.crowds = np.zeros(0, np.uint64), list[np.ndarray]()
        self._apart = np.zeros(0, np.uint64)
        self._likeness, self._most = likeness, _PAIRS_PER_VALUE * count
        self._crowd_of, self._found = np.full(count, -1, np.int64), list[np.ndarray]()

    def among(self, members: np.ndarray, depth: int) -> None:
        """Look for what is alike among ``members``, ascending int64[m]."""
        for keys in self._likeness.keys(members, depth):
            packed = np.sort(keys.astype(np.uint64) << _HALF | np.arange(len(members), dtype=np.uint64))
            changes = np.flatnonzero(np.diff(packed >> _HALF)) + 1
            edges = np.concatenate([np.zeros(1, np.int64), changes, [len(packed)]])
            self._runs(members[(packed & _LOW).astype(np.int64)], edges, depth)
            self._merge()

    def _runs(self, order: np.ndarray, edges: np.ndarray, depth: int) -> None:
        """Look at the runs of one key in ``order``, which begin at all of ``edges`` but the last."""
        several = np.diff(edges) > 1
        starts, ends = edges[:-1][several], edges[1:][several]
        new = self._new(order, starts, ends)
        starts, lengths = starts[new], (ends - starts)[new]
        whole = lengths <= _FEW
        dense = self._dense_among(order, starts, lengths)
        for run in np.flatnonzero(~whole).tolist():
            members = order[starts[run] : starts[run] + lengths[run]]
            whole[run] = self._each_with_each(members, depth, dense=bool(dense[run]))
        self._compare(order, starts[whole], lengths[whole])

    def _new(self, order: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Return which runs are not of one crowd already, bool[runs]."""
        crowds = np.append(self._crowd_of[order], -1)
        bounds = np.stack([starts, ends], axis=1).ravel()
        lowest, highest = (each.reduceat(crowds, bounds)[::2] for each in (np.minimum, np.maximum))
        return np.asarray((lowest != highest) | (lowest < 0))

    def _each_with_each(self, members: np.ndarray, depth: int, *, dense: bool) -> bool:
        """Return whether of many that share a key each is to be compared with each, or else see to them otherwise."""
        if dense or len(self.pairs) > self._most:
            self._gather(members)
        elif len(members) <= _MANY:
            return True
        elif not depth:
            self.among(members, depth + 1)
        else:
            self._gather(members)
        return False

    def _dense_among(self, order: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return which runs have many members that are mostly alike, bool[runs]."""
        found = np.zeros(len(starts), bool)
        if len(self.pairs) > self._most:
            return found
        many = (lengths > _FEW) & (lengths <= _MANY)
        more = lengths > max(_FEW, _MANY)
        for runs, share, sampled in ((many, _DENSE, _SAMPLED), (more, _DENSEST, _SAMPLED_MORE)):
            found[runs] = shares_alike(self._likeness, order, starts[runs], lengths[runs], sampled) >= share
        return found

    def _gather(self, members: np.ndarray) -> None:
        self._crowd_of[members] = len(self.crowds)
        self.crowds.append(members.astype(np.int32))

    def _compare(self, order: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> None:
        """Compare any two of each run of ``order``, run by run, so that what is compared is still at hand."""
        places = _ranges(starts, lengths)
        left = np.repeat(starts + lengths, lengths) - places - 1
        cuts = np.searchsorted(np.cumsum(left), np.arange(_COMPARED_AT_ONCE, left.sum(), _COMPARED_AT_ONCE))
        for some, ahead in zip(np.split(places, cuts), np.split(left, cuts), strict=True):
            ones, others = order[np.repeat(some, ahead)], order[_ranges(some + 1, ahead)]
            possible = self._likeness.possible(ones, others)
            ones, others = ones[possible].astype(np.uint64), others[possible].astype(np.uint64)
            self._found.append(np.minimum(ones, others) << _HALF | np.maximum(ones, others))
            if sum(map(len, self._found)) > _AT_ONCE:
                self._merge()

    def _merge(self) -> None:
        """Take those just found that are alike among the pairs, looking at each but once."""
        new = _once(np.concatenate([np.zeros(0, np.uint64), *self._found]))
        self._found = []
        new = _without(_without(new, self.pairs), self._apart)
        near = self._likeness.near((new >> _HALF).astype(np.int64), (new & _LOW).astype(np.int64))
        self.pairs = np.sort(np.concatenate([self.pairs, new[near]]), kind="stable")
        if len(self._apart) < self._most:
            self._apart = np.sort(np.concatenate([self._apart, new[~near]]), kind="stable")


def _ranges(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the numbers from each of ``starts`` on, so many as each of ``lengths`` says, int64."""
    return np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())


def _without(some: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return those of ascending ``some`` that are not among ascending ``known``."""
    if not len(known):
        return some
    return np.asarray(some[known[np.minimum(np.searchsorted(known, some), len(known) - 1)] != some])


def _once(packed: np.ndarray) -> np.ndarray:
    """Return what is different, ascending: numpy's own `unique` takes ten times as long."""
    packed.sort()
    return packed[np.append(True, packed[1:] != packed[:-1])] if len(packed) else packed
