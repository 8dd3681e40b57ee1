"""Where a file of rows ends, told by the rows themselves: files before and after a changed row stay as they were."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Size:
    """How many bytes a run of rows has: at least, beyond that on average, and at most."""

    salt: bytes
    """What makes the ends of one kind of run independent of those of another."""
    least: int
    further: int
    most: int


GROUP = Size(b"group", least=16 << 20, further=8 << 20, most=64 << 20)
"""Of a row group, which a reader takes in at once."""
SHARD = Size(b"shard", least=128 << 20, further=64 << 20, most=480 << 20)
"""Of a file."""


def groups(tables: Iterable[pa.Table], size: Size) -> Iterator[pa.Table]:
    """Yield the rows of ``tables`` in runs; a run ends where the hash of a row's id says so, once it is large enough.

    The method is content-defined chunking (Muthitacharoen et al., LBFS, 2001), with rows for bytes.
    """
    waiting: list[pa.Table] = []
    weight = 0
    for table in tables:
        start = 0
        sizes = row_bytes(table)
        ends = _ends(table["row_id"], sizes, size)
        for place, (own, end) in enumerate(zip(sizes.tolist(), ends.tolist(), strict=True)):
            if weight and weight + own > size.most:
                yield pa.concat_tables([*waiting, table.slice(start, place - start)])
                waiting, weight, start = [], 0, place
            weight += own
            if end and weight >= size.least:
                yield pa.concat_tables([*waiting, table.slice(start, place + 1 - start)])
                waiting, weight, start = [], 0, place + 1
        if start < len(table):
            waiting.append(table.slice(start))
    if waiting:
        yield pa.concat_tables(waiting)


def shards(runs: Iterable[pa.Table], size: Size) -> Iterator[Iterator[pa.Table]]:
    """Yield files as runs of rows each, to be read in order; a file ends at the end of a run, by that run's last row.

    One file has to be read to its end before the next is asked for.
    """
    source = iter(runs)
    first = next(source, None)
    while first is not None:
        shard = _Shard(first, source, size)
        yield iter(shard)
        first = shard.following


class _Shard:
    """The runs of one file, and the one that came after the last of them."""

    def __init__(self, first: pa.Table, source: Iterator[pa.Table], size: Size) -> None:
        self.following: pa.Table | None = first
        self._source, self._size = source, size

    def __iter__(self) -> Iterator[pa.Table]:
        weight = 0
        while self.following is not None:
            run = self.following
            own = int(row_bytes(run).sum())
            if weight and weight + own > self._size.most:
                return
            weight += own
            last = _ends(run["row_id"].slice(len(run) - 1), np.array([own]), self._size)
            yield run
            self.following = next(self._source, None)
            if last[0] and weight >= self._size.least:
                return


def _ends(ids: pa.ChunkedArray, sizes: np.ndarray, size: Size) -> np.ndarray:
    """Return whether a run may end after each row: a row of so many bytes ends one with that share of ``further``."""
    digests = (hashlib.blake2b(row_id.encode(), digest_size=8, person=size.salt).digest() for row_id in ids.to_pylist())
    draws = np.frombuffer(b"".join(digests), dtype="<u8") / 2.0**64
    return np.asarray(draws < sizes / size.further)


def row_bytes(table: pa.Table) -> np.ndarray:
    """Return the bytes that the values of each row have, int64; the same for equal rows, wherever they lie."""
    total = np.zeros(len(table), np.int64)
    for column in table.columns:
        total += _bytes(column.combine_chunks())
    return total


def _bytes(values: pa.Array) -> np.ndarray:
    kind = values.type
    if isinstance(values, pa.ChunkedArray):
        return np.concatenate([np.zeros(0, np.int64), *map(_bytes, values.chunks)])
    if pa.types.is_binary(kind) or pa.types.is_string(kind):
        return np.asarray(pc.fill_null(pc.binary_length(values), 0)).astype(np.int64)
    if pa.types.is_struct(kind):
        return sum((_bytes(values.field(n)) for n in range(kind.num_fields)), np.zeros(len(values), np.int64))
    if pa.types.is_fixed_size_list(kind):
        return np.full(len(values), kind.list_size * _width(kind.value_type), np.int64)
    if pa.types.is_list(kind):
        inner = np.concatenate([[0], np.cumsum(_bytes(values.flatten()))])
        lengths = np.asarray(pc.fill_null(pc.list_value_length(values), 0)).astype(np.int64)
        ends = np.cumsum(lengths)
        return np.asarray(inner[ends] - inner[ends - lengths], dtype=np.int64)
    return np.full(len(values), _width(kind), np.int64)


def _width(kind: pa.DataType) -> int:
    try:
        return max(1, int(kind.bit_width) // 8)
    except ValueError:
        return 8
