"""What makes two builds the same dataset, as one hash."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.contents import Contents
from mmhub.decide.fates import Fates
from mmhub.units import Units

Keys = Mapping[str, tuple[np.ndarray, np.ndarray]]
"""By field: the unit of each value, int64[n], and the sha256 of the value, uint8[n, 32]."""
Plain = Mapping[str, tuple[np.ndarray, pa.Array]]
"""By plain column: the units that are kept, int64[n], and the value of each."""


def rows_digest(units: Units, contents: Mapping[str, Contents], fates: Fates) -> str:
    """Return the digest of the outcome of a build: see `digest`."""
    kept = fates.codes == 0
    keys: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for name, held in contents.items():
        items = units.items[name]
        stays = kept[items.rows]
        there = items.known | stays
        published = np.where(stays[:, np.newaxis], held.keys, items.keys)
        keys[name] = (items.rows[there], published[there])
    plain = {name: (fates.kept, column.take(pa.array(fates.kept))) for name, column in units.plain.items()}
    verdicts = pa.array([f"{each.fate}:{each.reason}" for each in fates.verdicts]).take(pa.array(fates.codes))
    return digest(units.ids, units.splits, verdicts, keys, plain)


def source_digest(units: Units) -> str:
    """Return the sha256 over the id, split and contents of every unit as they were read."""
    keys = {name: (items.rows[items.known], items.keys[items.known]) for name, items in units.items.items()}
    every = np.arange(len(units))
    return digest(
        units.ids,
        units.splits,
        pa.nulls(len(units), pa.string()),
        keys,
        {n: (every, c) for n, c in units.plain.items()},
    )


def digest(ids: pa.Array, splits: pa.Array, verdicts: pa.Array, keys: Keys, plain: Plain) -> str:
    """Return the sha256 over every unit, whatever their order, and all that a version can be asked for again.

    That is of each its id, split, fate and reason, and the contents: of a unit that is kept as they are published,
    with its plain values; of any other as they were read.
    """
    order = np.asarray(pc.sort_indices(ids), dtype=np.int64)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    whole = hashlib.sha256()
    for column in (ids, splits, verdicts):
        _feed(whole, column.take(pa.array(order)))
    for name, (units, values) in sorted(plain.items(), key=_named):
        whole.update(name.encode())
        rows = place[units]
        turn = np.argsort(rows, kind="stable")
        whole.update(rows[turn].tobytes())
        _feed(whole, values.take(pa.array(turn)))
    for name, (units, found) in sorted(keys.items(), key=_named):
        rows = place[units]
        turn = np.argsort(rows, kind="stable")
        whole.update(name.encode())
        whole.update(rows[turn].data)
        whole.update(found[turn].reshape(-1).data)
    return whole.hexdigest()


def identity(
    schema: Mapping[str, Any], recipe: Mapping[str, Any], rows: str, calibrations: Mapping[str, Any] | None = None
) -> str:
    """Return the identity of a dataset from its schema, its resolved recipe and the digest of its rows.

    ``calibrations`` say, by step, what scores were compared with, where any were.
    """
    parts = {"schema": schema, "recipe": recipe, "rows": rows}
    if calibrations:
        parts = {**parts, "calibrations": calibrations}
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _named(pair: tuple[str, object]) -> str:
    return pair[0]


def _feed(whole: "hashlib._Hash", column: pa.Array) -> None:
    for part in _bytes(column):
        whole.update(part)


def _text(texts: pa.Array) -> bytes | memoryview:
    """Return the bytes of texts, none of which is absent, as they lie one after the other."""
    if not len(texts):
        return b""
    _, offsets, data = texts.buffers()
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    edges = np.frombuffer(offsets, width)
    return memoryview(data or b"")[edges[texts.offset] : edges[texts.offset + len(texts)]]


def _bytes(column: pa.Array) -> Iterator[bytes | memoryview]:
    """Yield the bytes of a column, which depend on its values alone: not on what lies under an absent one."""
    whole = pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column
    yield np.packbits(np.asarray(pc.is_valid(whole))).tobytes()
    there = whole.drop_null()
    if pa.types.is_list(whole.type) or pa.types.is_fixed_size_list(whole.type):
        yield np.asarray(pc.list_value_length(there), dtype=np.int64).tobytes()
        yield from _bytes(there.flatten())
    elif pa.types.is_string(whole.type) or pa.types.is_large_string(whole.type):
        yield np.asarray(pc.binary_length(there), dtype=np.int64).tobytes()
        yield _text(there)
    elif not pa.types.is_null(whole.type):
        yield np.ascontiguousarray(there.to_numpy(zero_copy_only=False)).tobytes()
