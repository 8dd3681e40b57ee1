"""Facts on their way into the store: gathered value by value, laid out as Arrow lists with one entry per unit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.binding.bound import Bound
from mmhub.blocks import KEY
from mmhub.dtypes import ARROW
from mmhub.facts import CONTENT, MESSAGE, REASON, REPAIRED, VECTOR
from mmhub.faults import Fault
from mmhub.workers.jobs import Repaired


def schema(bound: Bound, *, dim: int, textual: bool) -> pa.Schema:
    """Return the columns of a step's blocks: the key, why a value could not be used, and what was found."""
    columns = [pa.field("key", KEY), pa.field(REASON, pa.string()), pa.field(MESSAGE, pa.string())]
    columns += [pa.field(fact.name, ARROW[fact.dtype]) for fact in bound.facts]
    if bound.kind == "repair":
        columns += [pa.field(REPAIRED, pa.bool_()), pa.field(CONTENT, pa.string() if textual else pa.binary())]
    if bound.kind == "encode":
        columns.append(pa.field(VECTOR, pa.list_(pa.float32(), dim)))
    return pa.schema(columns)


@dataclass
class Records:
    """What was found by one step in one work unit, value by value."""

    schema: pa.Schema
    rows: list[int] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    faults: list[Fault | None] = field(default_factory=list)
    found: list[Sequence[Any] | None] = field(default_factory=list)

    def add(self, row: int, key: bytes, answer: Sequence[Any] | Repaired | Fault | np.ndarray) -> None:
        """Note what was found of the value ``key`` of the unit at place ``row`` of the work unit."""
        self.rows.append(row)
        self.keys.append(key)
        self.faults.append(answer if isinstance(answer, Fault) else None)
        if isinstance(answer, Repaired):
            self.found.append((*answer.facts, answer.content is not None, answer.content))
        elif isinstance(answer, Fault):
            self.found.append(None)
        else:
            self.found.append((answer,) if isinstance(answer, np.ndarray) else answer)

    def column(self, units: int) -> pa.Array:
        """Return a list of records for each of ``units`` units, in their order."""
        order = np.argsort(np.asarray(self.rows, dtype=np.int64), kind="stable")
        offsets = np.searchsorted(np.asarray(self.rows, dtype=np.int64)[order], np.arange(units + 1))
        faults = [self.faults[n] for n in order]
        parts = [
            pa.array([self.keys[n] for n in order], KEY).cast(pa.binary()),
            pa.array([fault.reason if fault else None for fault in faults], pa.string()),
            pa.array([fault.message if fault else None for fault in faults], pa.string()),
        ]
        for place, column in enumerate(list(self.schema)[3:]):
            values = [None if (found := self.found[n]) is None else found[place] for n in order]
            parts.append(_vectors(values, column.type) if column.name == VECTOR else pa.array(values, column.type))
        names = self.schema.names
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(parts, names=names))


def _vectors(values: Sequence[np.ndarray | None], kind: pa.FixedSizeListType) -> pa.Array:
    """Return vectors as one fixed-size list array, without a Python object per number."""
    dim = kind.list_size
    flat = np.stack([np.zeros(dim, np.float32) if value is None else value for value in values]) if values else None
    if flat is None:
        return pa.array([], kind)
    mask = pa.array([value is None for value in values])
    return pa.FixedSizeListArray.from_arrays(pa.array(flat.reshape(-1)), dim, mask=mask)


def as_block(column: pa.ChunkedArray, kind: pa.Schema) -> pa.Table:
    """Return the records of a work unit as the table to keep: one row per key, of the types of ``kind``."""
    structs = pa.chunked_array([chunk.flatten() for chunk in column.chunks], column.type.value_type)
    table = pa.Table.from_struct_array(structs.combine_chunks())
    table = table.cast(kind)
    _, first = np.unique(np.asarray(table["key"].to_numpy(zero_copy_only=False)), return_index=True)
    return table if len(first) == len(table) else table.take(pa.array(np.sort(first)))
