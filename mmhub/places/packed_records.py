"""Records of packed tables: where there are bytes, these are copied once to where they are plain, and read there."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from mmhub.operators import Lost
from mmhub.places.arrow_records import arrow_records, check_names
from mmhub.places.copies import copy_of
from mmhub.places.records import Record


def packed_records(
    name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], stamped: Path, folder: Path | None
) -> Iterator[Record | Lost]:
    """Yield a record for each row of the table ``name``, whose ``batches`` are unpacked as they are asked for.

    Bytes are unpacked into ``folder`` once, so that they need not be held in memory, and anew when ``stamped``
    is another file than before.
    """
    check_names(name, schema)
    if folder is None or not any(map(_holds_bytes, schema.types)):
        yield from _unpacked(name, batches)
        return

    def write(draft: Path) -> None:
        with pa.OSFile(str(draft), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)

    for each in arrow_records(copy_of(stamped, folder, ".arrow", write)):
        yield replace(each, place=f"{name}:{each.place.rpartition(':')[2]}") if isinstance(each, Record) else each


def _unpacked(name: str, batches: Iterable[pa.RecordBatch]) -> Iterator[Record]:
    number = 0
    for batch in batches:
        for values in batch.to_pylist():
            yield Record(f"{name}:{number}", values)
            number += 1


def _holds_bytes(kind: pa.DataType) -> bool:
    held = (kind.field(n).type for n in range(kind.num_fields)) if pa.types.is_struct(kind) else (kind,)
    return any(pa.types.is_binary(each) or pa.types.is_large_binary(each) for each in held)
