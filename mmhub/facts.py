"""What is known of every value: for each step, where in its blocks the facts of each item are."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.blocks import ABSENT, Blocks
from mmhub.bound import Bindings, Bound
from mmhub.store import Store
from mmhub.units import Items, Units

REASON, MESSAGE, REPAIRED, CONTENT, VECTOR = "reason", "message", "repaired", "content", "vector"
"""Columns of blocks beside the facts: why a value could not be used, and what was made of it."""


@dataclass(frozen=True)
class Subjects:
    """What a step finds facts about: the items of its field, or, for an aligner, pairs of items.

    ``rows`` int64[n] and ``keys`` uint8[n, 32] as in `Items`; ``left`` and ``right`` int64[n] are the items of a pair.
    """

    rows: np.ndarray
    keys: np.ndarray
    known: np.ndarray
    left: np.ndarray
    right: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


def subjects(bound: Bound, units: Units) -> Subjects:
    """Return what ``bound`` finds facts about in ``units``."""
    first = units.items[bound.fields[0]]
    if len(bound.fields) == 1:
        return Subjects(first.rows, first.keys, first.known, first.every, first.every)
    second = units.items[bound.fields[1]]
    left, right = _pairs(first, second)
    known = first.known[left] & second.known[right]
    keys = np.zeros((len(left), 32), dtype=np.uint8)
    for n in np.flatnonzero(known):
        digest = hashlib.sha256(first.keys[left[n]].tobytes() + second.keys[right[n]].tobytes()).digest()
        keys[n] = np.frombuffer(digest, dtype=np.uint8)
    return Subjects(first.rows[left], keys, known, left, right)


def _pairs(first: Items, second: Items) -> tuple[np.ndarray, np.ndarray]:
    """Return, for every row that has both, each item of one with each of the other, in row order."""
    ends = np.searchsorted(second.rows, first.rows, side="right")
    starts = np.searchsorted(second.rows, first.rows, side="left")
    counts = ends - starts
    left = np.repeat(np.arange(len(first), dtype=np.int64), counts)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return left, np.repeat(starts, counts) + offset


@dataclass(frozen=True)
class Known:
    """The facts of one step: its blocks, and the row in them of each of its subjects, or -1."""

    subjects: Subjects
    blocks: Blocks
    positions: np.ndarray

    def column(self, name: str) -> pa.Array:
        """Return one column of facts, a value per subject, null where it is not known."""
        if name not in self.blocks.table.column_names:
            return pa.nulls(len(self.subjects))
        return self.blocks.take(self.positions, [name])[name].combine_chunks()

    @property
    def faulty(self) -> np.ndarray:
        """Whether a fault is known, bool per subject."""
        return np.asarray(pc.is_valid(self.column(REASON)))

    @property
    def absent(self) -> np.ndarray:
        """Whether nothing is known yet, bool per subject."""
        return np.asarray(self.positions == ABSENT)


Facts = Mapping[str, Known]
"""By the name of the bound step. Alignments of vectors are not among them: they are computed when they are needed."""


def look_up(bindings: Bindings, units: Units, store: Store) -> Facts:
    """Return what the store knows of ``units``."""
    return {bound.name: known(bound, units, blocks_of(bound, store)) for bound in bindings.bound if bound.of is None}


def blocks_of(bound: Bound, store: Store) -> Blocks:
    """Return the blocks in which the facts of ``bound`` are kept."""
    return Blocks(store.facts / bound.key)


def fact_keys(bindings: Bindings) -> list[str]:
    """Return the names of the folders of facts that a recipe reads."""
    segment = [bindings.segment.key] if bindings.segment else []
    return sorted({*segment, *(bound.key for bound in bindings.bound if bound.of is None)})


def known(bound: Bound, units: Units, blocks: Blocks) -> Known:
    """Return what ``blocks`` know of the subjects of ``bound``."""
    about = subjects(bound, units)
    positions = blocks.positions(about.keys)
    positions[~about.known] = ABSENT
    blocks.forget()
    return Known(about, blocks, positions)
