"""The values of a field as labels, and hashes of words that stand for chance."""

import hashlib
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.contents import per_unit
from mmhub.units import Units


def labels(units: Units, name: str) -> pa.Array:
    """Return the value of a single-valued field as a string per unit, null where it is absent; of media the sha256."""
    if name in units.plain:
        return pc.cast(units.plain[name], pa.large_string())
    items = units.items[name]
    whole = items.keys.tobytes()
    digests = [whole[at : at + 32].hex() if known else None for at, known in _places(items.known)]
    values = items.texts if items.texts is not None else pa.array(digests, pa.large_string())
    return per_unit(values, items.rows, len(units), many=False)


def _places(known: np.ndarray) -> Iterable[tuple[int, bool]]:
    return zip(range(0, 32 * len(known), 32), known.tolist(), strict=True)


def chances(words: Iterable[str], seed: int) -> np.ndarray:
    """Return a number in [0, 1) for each word, float64: by a hash of the word and the seed alone."""
    head = f"{seed}\0".encode()
    found = [
        int.from_bytes(hashlib.sha256(head + word.encode(errors="replace")).digest()[:8], "big") >> 11 for word in words
    ]
    return np.asarray(found, dtype=np.float64) / 2.0**53


def turns(ids: pa.Array, seed: int) -> np.ndarray:
    """Return in which order units come up when chance decides, int64: by a hash of their ids, whatever their order."""
    words = ids.to_pylist()
    by_id = np.asarray(pc.sort_indices(ids), dtype=np.int64)
    drawn = chances(words, seed)
    return np.asarray(by_id[np.argsort(drawn[by_id], kind="stable")])
