"""The files of a version: media once, apart from the columns that refer to them; the ledger."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bindings
from mmhub.blocks import KEY, as_keys, write_batches
from mmhub.contents import Contents, per_unit, select
from mmhub.decide.fates import Fates
from mmhub.facts import VECTOR, Facts
from mmhub.fused import fused
from mmhub.ledger import AT_ONCE, Ledger
from mmhub.media import write_media
from mmhub.schema import dim_of, vector_columns, vector_metadata
from mmhub.store import Store
from mmhub.units import Units

_TABLES = 8
"""Tables of `AT_ONCE` rows in a file, so that a version which changes a few rows shares the other files with the one
before."""


@dataclass(frozen=True)
class Assembled:
    """Where the rows of a version are.

    ``splits`` holds, by split, its number of rows and its column files, in order; ``media`` the blocks their
    media are in; ``ledger`` the files of the ledger.
    """

    splits: dict[str, dict[str, Any]]
    media: list[str]
    ledger: list[str]


def assemble(
    bindings: Bindings,
    units: Units,
    facts: Facts,
    fates: Fates,
    contents: dict[str, Contents],
    ledger: Ledger,
    store: Store,
    *,
    added: Mapping[str, pa.Array],
    projected: Mapping[str, tuple[np.ndarray, np.ndarray]],
    threads: int,
) -> Assembled:
    """Write what a version needs and the store does not have yet; ``added`` are columns beside the fields.

    ``projected`` holds, by encoding, vectors that were made up, and the units they are of.
    """
    # The ledger goes to the disk while media are read.
    with ThreadPoolExecutor(1) as beside:
        written = beside.submit(_written, ledger.pieces(), store)
        media: set[str] = set()
        for name, held in contents.items():
            if held.texts is None:
                chosen, _ = select(units.items[name], fates.kept, len(units))
                media.update(write_media(units.items[name], held, chosen, store, threads=threads))
        splits: dict[str, dict[str, Any]] = {}
        kept = fates.kept
        of_split = units.splits.take(pa.array(kept)).dictionary_encode(null_encoding="encode")
        for n, split in enumerate(of_split.dictionary.to_pylist()):
            rows = kept[np.asarray(of_split.indices) == n]
            runs = (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))
            tables = (column_table(bindings, units, facts, contents, added, projected, run) for run in runs)
            splits[split] = {"rows": len(rows), "columns": _written(tables, store)}
        return Assembled(splits=splits, media=sorted(media), ledger=written.result())


def _written(tables: Iterator[pa.Table], store: Store) -> list[str]:
    """Write tables of at most `AT_ONCE` rows as they are made, several to a file, and return the names of the files."""
    files = []
    for first in tables:
        some = chain([first], islice(tables, _TABLES - 1))
        batches = (batch for each in some for batch in each.to_batches())
        files.append(write_batches(store.objects, first.schema, batches))
    return files


def column_table(
    bindings: Bindings,
    units: Units,
    facts: Facts,
    contents: dict[str, Contents],
    added: Mapping[str, pa.Array],
    projected: Mapping[str, tuple[np.ndarray, np.ndarray]],
    rows: np.ndarray,
) -> pa.Table:
    """Return the columns of some units, media by their keys."""
    fields = [pa.field("row_id", pa.string())]
    columns: list[pa.Array] = [units.ids.take(pa.array(rows)).cast(pa.string())]
    for name, column in bindings.columns.items():
        if name in units.plain:
            values = units.plain[name].take(pa.array(rows))
        else:
            held = contents[name]
            chosen, place = select(units.items[name], rows, len(units))
            flat = (
                held.texts.take(pa.array(chosen)).cast(pa.string())
                if held.texts is not None
                else as_keys(held.keys[chosen])
            )
            values = per_unit(flat, place, len(rows), many=column.many)
        fields.append(pa.field(name, values.type))
        columns.append(values)
    for name, bound in vector_columns(bindings).items():
        known = facts[bound.name]
        chosen, place = select(units.items[bound.fields[0]], rows, len(units))
        kind = pa.list_(pa.float32(), dim_of(facts, bound))
        flat = (
            known.blocks.take(known.positions[chosen], [VECTOR])[VECTOR].combine_chunks()
            if VECTOR in known.blocks.table.column_names
            else pa.nulls(len(chosen), kind)
        )
        if bound.name in projected:
            flat, place = _filled(flat, place, rows, *projected[bound.name])
        values = per_unit(flat, place, len(rows), many=bindings.columns[bound.fields[0]].many)
        fields.append(pa.field(name, values.type, metadata=vector_metadata(bound)))
        columns.append(values)
    for field, values in fused(bindings, units, facts, rows).items():
        fields.append(field)
        columns.append(values)
    for name, whole in added.items():
        fields.append(pa.field(name, whole.type))
        columns.append(whole.take(pa.array(rows)))
    return pa.table(columns, schema=pa.schema(fields))


def _filled(
    flat: pa.Array, place: np.ndarray, rows: np.ndarray, units: np.ndarray, vectors: np.ndarray
) -> tuple[pa.Array, np.ndarray]:
    """Return vectors and the place of the row of each, with those made up for ``units`` among them."""
    mine = np.flatnonzero(np.isin(units, rows))
    made = pa.FixedSizeListArray.from_arrays(pa.array(vectors[mine].reshape(-1)), flat.type.list_size).cast(flat.type)
    both = np.concatenate([place, np.searchsorted(rows, units[mine])])
    turn = np.argsort(both, kind="stable")
    return pa.concat_arrays([flat, made]).take(pa.array(turn)), both[turn]


def is_key(kind: pa.DataType) -> bool:
    """Whether a column of this type holds keys of media, or lists of them."""
    return bool(kind == KEY or (pa.types.is_list(kind) and kind.value_type == KEY))
