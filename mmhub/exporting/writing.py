"""Parquet as the Hub likes it: pages cut by content, a page index, and media as they are."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

CHUNKS = {"min_chunk_size": 256 << 10, "max_chunk_size": 1 << 20, "norm_level": 0}
"""How pages are cut: as `datasets` does, so that a changed row changes the pages it is on, and no other."""


def write_parquet(groups: Iterable[pa.Table], schema: pa.Schema, path: Path) -> tuple[int, int]:
    """Write one row group for each table, and return how many rows these are, and their bytes in Arrow.

    Equal tables give equal bytes.
    """
    leaves = [leaf for field in schema for leaf in _leaves(field.name, field.type)]
    # Media are compressed already, and vectors do not repeat.
    packed = [leaf for leaf, kind in leaves if not pa.types.is_binary(kind)]
    repeating = [leaf for leaf, kind in leaves if not pa.types.is_binary(kind) and not pa.types.is_floating(kind)]
    rows = size = 0
    with pq.ParquetWriter(
        path,
        schema,
        compression={leaf: "zstd" if leaf in packed else "none" for leaf, _ in leaves},
        use_dictionary=repeating,
        write_statistics=packed,
        write_page_index=True,
        use_content_defined_chunking=CHUNKS,
    ) as writer:
        for group in groups:
            writer.write_table(group, row_group_size=max(1, len(group)))
            rows += len(group)
            size += group.nbytes
    return rows, size


def _leaves(path: str, kind: pa.DataType) -> Iterator[tuple[str, pa.DataType]]:
    """Yield the path and type of each column that Parquet makes of a field."""
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _leaves(f"{path}.{field.name}", field.type)
    elif pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind):
        yield from _leaves(f"{path}.list.element", kind.value_type)
    else:
        yield path, kind
