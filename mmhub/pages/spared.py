"""The vectors of rows that are not kept: no version holds them, but the facts of the store may."""

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT, Blocks
from mmhub.facts import VECTOR
from mmhub.pages.opened import Opened
from mmhub.pages.vectors import Vectors, mean, of_units
from mmhub.searching.embeddings import embeddings
from mmhub.tables import flat
from mmhub.tombstones import REVOKED

_NONE: Vectors = (np.zeros(0, np.int64), np.zeros((0, 0), np.float32))
_SAMPLE = 16


def of_lost(opened: Opened, name: str, units: np.ndarray) -> Vectors:
    """Return the vectors of those of some units that are not kept, and were encoded before they were dropped.

    Most are not: what an absolute rule drops is spared the encoders. What was revoked is not looked for.
    """
    made = embeddings(opened.version).get(name)
    lost = units[~opened.kept[units] & ~opened.reasons.means(REVOKED)[units]]
    if made is None or not len(lost):
        return _NONE
    known = _facts(opened, name, made.field)
    return _NONE if known is None else _looked_up(opened, known, made.field, lost)


def _facts(opened: Opened, name: str, field: str) -> Blocks | None:
    """Return the facts that a column was made of, told by this: they hold the very vectors that it holds."""
    some, vectors = of_units(opened, name, opened.tables.places[:_SAMPLE])
    for folder in opened.version.manifest.get("facts", ()) if len(some) else ():
        known = Blocks(opened.store.facts / folder)
        if VECTOR in known.table.column_names:
            units, found = _looked_up(opened, known, field, some)
            if len(units) and np.array_equal(found, vectors[np.isin(some, units)]):
                return known
    return None


def _looked_up(opened: Opened, known: Blocks, field: str, units: np.ndarray) -> Vectors:
    """Return what facts hold of the values that units had when they were read."""
    rows, texts = flat(opened.units[f"{field}.sha256"].take(pa.array(units)))
    keys = np.frombuffer(bytes.fromhex("".join(texts.to_pylist())), np.uint8).reshape(-1, 32)
    positions = known.positions(keys)
    taken = known.take(positions[positions != ABSENT], [VECTOR])[VECTOR].combine_chunks()
    there = np.flatnonzero(positions != ABSENT)[np.asarray(taken.is_valid(), dtype=bool)]
    if not len(there):
        return _NONE
    vectors = np.asarray(taken.drop_null().flatten(), np.float32).reshape(len(there), -1)
    found, means = mean(rows[there], vectors)
    return units[found], means
