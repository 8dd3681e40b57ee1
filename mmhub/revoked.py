"""Which rows tombstones mean: by their ids, by what they hold, and by their URLs."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.blocks import as_keys
from mmhub.tombstones import Kind, Tombstones, hashed, is_url

Held = tuple[np.ndarray, np.ndarray]
"""The unit of each value, ascending int64[n], and the sha256 of the value, uint8[n, 32]."""


@dataclass(frozen=True)
class Seen:
    """What tombstones know units by.

    ``ids`` are those of the units, ``parents`` those of the rows that some of them are segments of. ``read`` holds,
    by field, the values as they were read, and ``published`` as repairs left them; ``texts`` names the fields of
    texts. ``plain`` holds, by column of strings, the unit of each value and the value.
    """

    ids: Sequence[str]
    parents: Collection[str]
    read: Mapping[str, Held]
    published: Mapping[str, Held]
    texts: frozenset[str]
    plain: Mapping[str, tuple[np.ndarray, Sequence[str | None]]]

    def __len__(self) -> int:
        return len(self.ids)

    def row_of(self, unit_id: str) -> str:
        """Return the id of the row a unit is a segment of, or its own."""
        row, _, number = unit_id.rpartition("#")
        return row if row in self.parents and number.isdigit() else unit_id

    def whole_texts(self, units: np.ndarray) -> dict[int, str]:
        """Return the sha256 over all texts of each of ``units``, of those that hold nothing but texts."""
        wanted = set(units.tolist())
        for name, (rows, _) in self.read.items():
            if name not in self.texts:
                wanted.difference_update(rows.tolist())
        parts: dict[int, list[bytes]] = {unit: [] for unit in wanted}
        for name in sorted(self.texts & set(self.read)):
            rows, keys = self.read[name]
            for place in np.flatnonzero(np.isin(rows, np.fromiter(wanted, np.int64, len(wanted)))).tolist():
                parts[int(rows[place])].append(keys[place].tobytes())
        return {unit: hashlib.sha256(b"".join(held)).hexdigest() for unit, held in parts.items() if held}


def meant(seen: Seen, buried: Tombstones, *how: str) -> np.ndarray:
    """Return, as bool[units], those that tombstones of some ways mean."""
    hit = np.zeros(len(seen), bool)
    if rows := buried.of("row", *how):
        hit |= np.array([any(hashed(known) in rows for known in {each, seen.row_of(each)}) for each in seen.ids], bool)
    if contents := buried.of("content", *how):
        wanted = pa.array([bytes.fromhex(each) for each in sorted(contents)], pa.binary(32))
        for held in (*seen.read.values(), *seen.published.values()):
            hit[held[0][np.asarray(pc.is_in(as_keys(held[1]), value_set=wanted), bool)]] = True
    if texts := buried.of("texts", *how):
        hit[[unit for unit, whole in seen.whole_texts(np.arange(len(seen))).items() if whole in texts]] = True
    if urls := buried.of("url", *how):
        for units, values in seen.plain.values():
            hit[
                [
                    n
                    for n, each in zip(units.tolist(), values, strict=True)
                    if is_url(each) and hashed(str(each)) in urls
                ]
            ] = True
    return hit


def known_by(seen: Seen, units: np.ndarray) -> Iterator[tuple[Kind, str]]:
    """Yield what the content of ``units`` is known by: each of its media, or all its texts where it has no media."""
    for name, (rows, keys) in seen.read.items():
        if name not in seen.texts:
            yield from (("content", keys[place].tobytes().hex()) for place in np.flatnonzero(np.isin(rows, units)))
    yield from (("texts", whole) for whole in seen.whole_texts(units).values())
