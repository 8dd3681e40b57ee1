"""What a dataset publishes of every value: its text or bytes as repairs left them, and the key of those."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.binding.bound import Bindings
from mmhub.facts import CONTENT, REPAIRED, Facts
from mmhub.units import Items, Units


@dataclass(frozen=True)
class Contents:
    """The values of one field after repair.

    ``keys`` uint8[n, 32] is the sha256 of each; ``texts`` holds texts, ``made`` the bytes of repaired media by item.
    """

    keys: np.ndarray
    texts: pa.Array | None
    made: Mapping[int, bytes]


def contents(name: str, bindings: Bindings, units: Units, facts: Facts) -> Contents:
    """Return the values of a field as its repairs left them: what the last repair that changed a value made of it."""
    items = units.items[name]
    texts, keys = items.texts, items.keys
    made: dict[int, bytes] = {}
    for bound in bindings.repairs(name):
        known = facts[bound.name]
        changed = np.flatnonzero(np.asarray(pc.fill_null(known.column(REPAIRED).cast(pa.bool_()), False)))
        if not len(changed):
            continue
        news = known.column(CONTENT).take(pa.array(changed)).to_pylist()
        if texts is not None:
            texts = pc.replace_with_mask(texts, _mask(changed, len(items)), pa.array(news, texts.type))
        else:
            made.update(zip(changed.tolist(), news, strict=True))
        keys = keys.copy()
        keys[changed] = _digests(news)
    return Contents(keys=keys, texts=texts, made=made)


def repaired(bindings: Bindings, facts: Facts) -> list[tuple[str, np.ndarray]]:
    """Return, for every repair, its step and the units in which it changed a value, as int64."""
    found = []
    for bound in bindings.of_kind("repair"):
        known = facts[bound.name]
        changed = np.asarray(pc.fill_null(known.column(REPAIRED).cast(pa.bool_()), False))
        found.append((bound.step, np.unique(known.subjects.rows[changed])))
    return found


def per_unit(values: pa.Array, rows: np.ndarray, count: int, *, many: bool) -> pa.Array:
    """Return a value, or a list, per unit from flat ``values`` and the unit of each; null where there is none."""
    if many:
        offsets = np.searchsorted(rows, np.arange(count + 1))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)
    place = np.full(count, -1, dtype=np.int64)
    place[rows[::-1]] = np.arange(len(rows))[::-1]
    return values.take(pa.array(place, mask=place < 0))


def select(items: Items, kept: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the items of the units ``kept``, and for each the place of its unit among them."""
    new = np.full(count, -1, dtype=np.int64)
    new[kept] = np.arange(len(kept))
    chosen = np.flatnonzero(new[items.rows] >= 0)
    return chosen, new[items.rows[chosen]]


def _mask(places: np.ndarray, count: int) -> pa.Array:
    mask = np.zeros(count, bool)
    mask[places] = True
    return pa.array(mask)


def _digests(values: Sequence[bytes | str]) -> np.ndarray:
    raw = (value.encode() if isinstance(value, str) else value for value in values)
    return np.frombuffer(b"".join(hashlib.sha256(each).digest() for each in raw), dtype=np.uint8).reshape(-1, 32)
