"""Small blocks made into large ones: each work unit leaves one, and a thousand are slow to open."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from mmhub.blocks import Blocks, as_digests, heads, read_table, write_batches

_SMALL_ROWS, _SMALL_BYTES = 1 << 16, 64 << 20
_MANY = 8
_LARGE_BYTES, _PIECE_BYTES = 256 << 20, 1 << 20


def compact(blocks: Blocks) -> Blocks:
    """Return ``blocks`` with its small ones made into few, where there are many; nothing is ever not there.

    The large block is written before the small ones go. Cut short in between, a key is in two blocks, of which
    either serves.
    """
    sizes = {name: (blocks.folder / name).stat().st_size for name in blocks.names}
    small = [
        name
        for name, table in zip(blocks.names, blocks.tables, strict=True)
        if len(table) < _SMALL_ROWS and sizes[name] < _SMALL_BYTES
    ]
    if len(small) < _MANY:
        return blocks
    for some in _groups(small, sizes):
        tables = [read_table(blocks.folder / name) for name in some]
        made = write_batches(blocks.folder, tables[0].schema, _once(tables))
        for name in set(some) - {made}:
            (blocks.folder / name).unlink(missing_ok=True)
    return Blocks(blocks.folder)


def _groups(names: Sequence[str], sizes: dict[str, int]) -> Iterator[list[str]]:
    """Yield names of files that together are not larger than a large block."""
    group: list[str] = []
    for name in names:
        if group and sum(sizes[each] for each in group) + sizes[name] > _LARGE_BYTES:
            yield group
            group = []
        group.append(name)
    yield group


def _once(tables: Sequence[pa.Table]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of tables in larger pieces, of those with one key the first alone."""
    keys = np.concatenate([heads(as_digests(table["key"])) for table in tables])
    first = np.zeros(len(keys), bool)
    first[np.unique(keys, return_index=True)[1]] = True
    starts = np.cumsum([0, *map(len, tables)])
    waiting: list[pa.Table] = []
    for table, start in zip(tables, starts[:-1], strict=True):
        waiting.append(table.filter(pa.array(first[start : start + len(table)])))
        if sum(each.nbytes for each in waiting) >= _PIECE_BYTES:
            yield from _joined(waiting)
            waiting = []
    yield from _joined(waiting)


def _joined(tables: Sequence[pa.Table]) -> list[pa.RecordBatch]:
    whole = pa.concat_tables(tables).combine_chunks() if tables else None
    return whole.to_batches() if whole is not None else []
