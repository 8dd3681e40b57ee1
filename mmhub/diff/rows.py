"""Which rows two versions keep, joined by their ids, and in which fields those differ that both keep."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.blocks import ABSENT
from mmhub.tables import Tables


@dataclass(frozen=True)
class Joined:
    """The units of two versions side by side.

    ``there`` int64[units after] is the place of each unit among those before, and ``back`` int64[units before] that
    of each among those after, or -1. ``removed`` are units before, ``added`` and ``changed`` units after; ``fields``
    holds, by field, those of ``changed`` that differ in it.
    """

    old: Tables
    new: Tables
    there: np.ndarray
    back: np.ndarray
    removed: np.ndarray
    added: np.ndarray
    changed: np.ndarray
    fields: dict[str, np.ndarray]


def join(old: Tables, new: Tables) -> Joined:
    """Return the units of two versions joined by row id.

    Files that both versions share hold the same rows and are not opened. What is compared is compared file by file,
    so that the memory it takes is that of the ids and of two files.
    """
    before, after = (np.asarray(pc.equal(each.units["fate"], "kept"), dtype=bool) for each in (old, new))
    ids = [each.units["row_id"].combine_chunks() for each in (old, new)]
    there = _places(ids[1], ids[0])
    back = np.full(len(before), ABSENT, dtype=np.int64)
    back[there[there != ABSENT]] = np.flatnonzero(there != ABSENT)
    stayed = _also(after, there, before)
    fields = {name: units for name, units in _differing(old, new).items() if len(units)}
    moved = np.flatnonzero(stayed)
    splits = differs(old.units["split"].take(pa.array(there[moved])), new.units["split"].take(pa.array(moved)))
    if splits.any():
        fields["split"] = moved[splits]
    changed = np.unique(np.concatenate([np.zeros(0, np.int64), *fields.values()]))
    removed = np.flatnonzero(before & ~_also(before, back, after))
    return Joined(old, new, there, back, removed, np.flatnonzero(after & ~stayed), changed, fields)


def _also(kept: np.ndarray, across: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return, as bool[n], which of the units ``kept`` the other version has and keeps as well."""
    both = kept & (across != ABSENT)
    both[both] = others[across[both]]
    return np.asarray(both, dtype=bool)


def differs(ones: pa.ChunkedArray | pa.Array, others: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Return, as bool[n], where two columns of one length differ; two absent values do not, nor do two that are NaN."""
    one, other = _whole(ones), _whole(others)
    if one.type != other.type:
        return np.ones(len(one), bool)
    if pa.types.is_list(one.type) or pa.types.is_fixed_size_list(one.type):
        return _lists_differ(one, other)
    unlike = np.asarray(pc.fill_null(pc.not_equal(one, other), False), dtype=bool)
    if pa.types.is_floating(one.type):
        unlike &= ~np.asarray(pc.fill_null(pc.and_(pc.is_nan(one), pc.is_nan(other)), False), dtype=bool)
    absent = [np.asarray(pc.is_null(each), dtype=bool) for each in (one, other)]
    return np.asarray(unlike | (absent[0] != absent[1]), dtype=bool)


def _lists_differ(one: pa.ListArray, other: pa.ListArray) -> np.ndarray:
    lengths = [np.asarray(pc.fill_null(pc.list_value_length(each), -1), dtype=np.int64) for each in (one, other)]
    unlike = lengths[0] != lengths[1]
    same = np.flatnonzero(~unlike & (lengths[0] > 0))
    if len(same):
        chosen = pa.array(same)
        values = differs(one.take(chosen).flatten(), other.take(chosen).flatten())
        starts = np.cumsum(lengths[0][same]) - lengths[0][same]
        unlike[same] = np.logical_or.reduceat(values, starts)
    return np.asarray(unlike, dtype=bool)


def _differing(old: Tables, new: Tables) -> dict[str, np.ndarray]:
    """Return, by field, the units after that differ in it from what they were before."""
    left, right = _unshared(old, new), _unshared(new, old)
    units = _units(new)
    found = {name: [np.zeros(0, np.int64)] for name in new.fields if name in old.fields}
    for ones, others, file, rows in _met(left, right):
        for name, parts in found.items():
            if name in ones.column_names and name in others.column_names:
                parts.append(units[file][rows[differs(ones[name], others[name])]])
    return {name: np.sort(np.concatenate(parts)) for name, parts in found.items()}


def _met(
    left: Mapping[str, pa.Table], right: Mapping[str, pa.Table]
) -> Iterator[tuple[pa.Table, pa.Table, str, np.ndarray]]:
    """Yield, for every two files with ids in common, the rows of both with these, in one order; and where they are.

    That is the name of the second file, and the places in it.
    """
    among, ids = (_whole(_ids(side)) for side in (left, right))
    places = _places(ids, among)
    ends = np.cumsum([0, *map(len, left.values())])
    start = 0
    for file, table in right.items():
        mine = places[start : start + len(table)]
        owners = np.searchsorted(ends, mine, side="right") - 1
        for owner, other in enumerate(left.values()):
            rows = np.flatnonzero((owners == owner) & (mine != ABSENT))
            if len(rows):
                yield other.take(pa.array(mine[rows] - ends[owner])), table.take(pa.array(rows)), file, rows
        start += len(table)


def _ids(files: Mapping[str, pa.Table]) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for table in files.values() for chunk in table["row_id"].chunks], pa.string())


def _units(tables: Tables) -> dict[str, np.ndarray]:
    """Return the unit of each row of each file of columns."""
    found, start = {}, 0
    for files in tables.columns.values():
        for name, table in files.items():
            found[name] = tables.places[start : start + len(table)]
            start += len(table)
    return found


def _unshared(tables: Tables, others: Tables) -> dict[str, pa.Table]:
    """Return the files of columns that another version does not have, without vectors."""
    shared = {name for files in others.columns.values() for name in files}
    found = {name: table for files in tables.columns.values() for name, table in files.items() if name not in shared}
    plain = ["row_id", *tables.fields]
    return {n: table.select([each for each in plain if each in table.column_names]) for n, table in found.items()}


def _places(ids: pa.Array | pa.ChunkedArray, among: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Return the place of each id, int64, or -1."""
    found = pc.index_in(_whole(ids), value_set=_whole(among))
    return np.asarray(pc.fill_null(found, ABSENT), dtype=np.int64)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
