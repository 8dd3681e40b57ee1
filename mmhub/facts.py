"""What is known of every value: for each step, where in its blocks the facts of each item are."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bindings, Bound
from mmhub.blocks import ABSENT, Blocks
from mmhub.store import Store
from mmhub.units import Items, Units

REASON, MESSAGE, REPAIRED, CONTENT, VECTOR = "reason", "message", "repaired", "content", "vector"
"""Columns of blocks beside the facts: why a value could not be used, and what was made of it."""


@dataclass(frozen=True)
class Subjects:
    """What a step finds facts about: the items of its field, or, for an aligner, pairs of items.

    Where it sees what repairs of pairs have made, ``keys`` stand for the other values as well.
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
    if len(bound.fields) == 1 and not bound.beside:
        return Subjects(first.rows, first.keys, first.known, first.every, first.every)
    left, right = first.every, first.every
    if len(bound.fields) == 2:
        left, right = _pairs(first, units.items[bound.fields[1]])
    about = Subjects(
        first.rows[left], np.zeros((len(left), 32), dtype=np.uint8), np.zeros(len(left), bool), left, right
    )
    meet(about, bound, units, np.arange(len(left)))
    return about


def meet(about: Subjects, bound: Bound, units: Units, some: np.ndarray) -> None:
    """Fill in the keys of the subjects ``some``, int64, which depend on several values, where all of these are known.

    The key is the sha256 of the keys of all; of a value that stands alone it is its own.
    """
    fields = [(units.items[bound.fields[0]], about.left[some])]
    if len(bound.fields) == 2:
        fields.append((units.items[bound.fields[1]], about.right[some]))
    fields += [(units.items[name], partners(units.items[name], about.rows[some])) for name in bound.beside]
    about.known[some] = np.all([_is_known(items, places) for items, places in fields], axis=0)
    for place, n in enumerate(some.tolist()):
        if about.known[n]:
            keys = [items.keys[places[place]].tobytes() if places[place] != ABSENT else b"" for items, places in fields]
            about.keys[n] = np.frombuffer(joint_key(keys), dtype=np.uint8)


def _is_known(items: Items, places: np.ndarray) -> np.ndarray:
    """Return whether the keys of items are known, bool[n]; of none there is nothing to know."""
    known = np.ones(len(places), bool)
    there = places != ABSENT
    known[there] = items.known[places[there]]
    return known


def joint_key(keys: Sequence[bytes]) -> bytes:
    """Return the key of facts that depend on several values, of which any but the first may be absent (empty)."""
    if not any(keys[1:]):
        return keys[0]
    return hashlib.sha256(b"".join(key or bytes(len(keys[0])) for key in keys)).digest()


def partners(items: Items, rows: np.ndarray) -> np.ndarray:
    """Return the first item of each of ``rows``, int64, or -1 where there is none."""
    if not len(items):
        return np.full(len(rows), ABSENT, dtype=np.int64)
    places = np.minimum(np.searchsorted(items.rows, rows), len(items) - 1)
    return np.where(items.rows[places] == rows, places, ABSENT)


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
    """The facts of one step: its blocks, and the row in them of each of its subjects, or -1.

    Steps of the same subjects whose blocks hold the same keys in the same rows have one array of ``positions``.
    """

    subjects: Subjects
    blocks: Blocks
    positions: np.ndarray

    def look_up(self, some: np.ndarray) -> None:
        """Look up the subjects ``some``, int64, whose keys have just become known."""
        if self.blocks.table.num_rows:
            found = self.blocks.positions(self.subjects.keys[some])
            self.positions[some] = np.where(self.subjects.known[some], found, ABSENT)

    def column(self, name: str) -> pa.Array:
        """Return one column of facts, a value per subject, null where it is not known."""
        if name not in self.blocks.table.column_names:
            return pa.nulls(len(self.subjects))
        return self.blocks.take(self.positions, [name])[name].combine_chunks()

    def holds(self, name: str, subjects: np.ndarray) -> np.ndarray:
        """Return of which of ``subjects``, int64 places, a fact is known, bool[n]."""
        if name not in self.blocks.table.column_names:
            return np.zeros(len(subjects), bool)
        return self.blocks.holds(self.positions[subjects], name)

    @property
    def faulty(self) -> np.ndarray:
        """Whether a fault is known, bool per subject."""
        table = self.blocks.table
        if REASON not in table.column_names or table[REASON].null_count == len(table):
            return np.zeros(len(self.subjects), bool)
        return self.blocks.holds(self.positions, REASON)

    @property
    def absent(self) -> np.ndarray:
        """Whether nothing is known yet, bool per subject."""
        return np.asarray(self.positions == ABSENT)


Facts = Mapping[str, Known]
"""By the name of the bound step. Alignments of vectors are not among them: they are computed when they are needed."""


def look_up(bindings: Bindings, units: Units, store: Store) -> Facts:
    """Return what the store knows of ``units``."""
    found: dict[str, Known] = {}
    for bound in bindings.bound:
        if bound.of is None:
            about, blocks = subjects(bound, units), blocks_of(bound, store)
            # What was measured together lies in the same rows: it is looked up once.
            twins = (each for each in found.values() if each.subjects.keys is about.keys)
            twin = next((each for each in twins if blocks.has_keys_of(each.blocks)), None)
            found[bound.name] = replace(twin, blocks=blocks) if twin else known(about, blocks)
    return found


def blocks_of(bound: Bound, store: Store) -> Blocks:
    """Return the blocks in which the facts of ``bound`` are kept."""
    return Blocks(store.facts / bound.key)


def fact_keys(bindings: Bindings) -> list[str]:
    """Return the names of the folders of facts that a recipe reads."""
    segment = [bindings.segment.key] if bindings.segment else []
    return sorted({*segment, *(bound.key for bound in bindings.bound if bound.of is None)})


def known(about: Subjects, blocks: Blocks) -> Known:
    """Return what ``blocks`` know of the subjects of a step."""
    if not blocks.table.num_rows:
        # One number that stands for all takes no memory.
        return Known(about, blocks, np.broadcast_to(np.int64(ABSENT), len(about)))
    positions = blocks.positions(about.keys)
    positions[~about.known] = ABSENT
    blocks.forget()
    return Known(about, blocks, positions)


def vectors_at(known: Known, subjects: np.ndarray) -> np.ndarray:
    """Return the vectors of some subjects of an encoder as float32[n, dim], NaN where it failed."""
    taken = known.blocks.table[VECTOR].take(pa.array(known.positions[subjects])).combine_chunks()
    dim = taken.type.list_size
    values = np.asarray(taken.values, dtype=np.float32)[taken.offset * dim : (taken.offset + len(taken)) * dim]
    rows = np.array(values.reshape(-1, dim))
    rows[np.asarray(taken.is_null())] = np.nan
    return rows
