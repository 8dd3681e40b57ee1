"""A split of a dataset copied into an Arrow file, a few rows at a time, with all media as bytes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

_ROWS = 64


def copied(split: Any, name: str, file: Path) -> str:
    """Write the rows of a split to ``file``, and return the name of the split."""
    from datasets.table import embed_table_storage

    schema = split.features.arrow_schema
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_stream(sink, schema.remove_metadata()) as writer:
        for some in _batches(iter(split)):
            table = embed_table_storage(pa.Table.from_pylist(some, schema=schema))
            writer.write_table(table.cast(schema.remove_metadata()))
    return name


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == _ROWS:
            yield some
            some = []
    if some:
        yield some
