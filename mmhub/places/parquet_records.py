"""Records of Parquet files, a few megabytes at a time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mmhub.errors import SourceError
from mmhub.operators import Lost
from mmhub.places.arrow_records import arrow_records
from mmhub.places.copies import copy_of
from mmhub.places.records import Record

_BATCH_BYTES = 8 << 20
_BATCH_ROWS = 4096


def parquet_records(file: Path, folder: Path | None) -> Iterator[Record | Lost]:
    """Yield a record for each row; raise SourceError where the file is damaged.

    Where there are bytes, they are unpacked into ``folder`` once, so that they need not be held in memory.
    """
    try:
        if folder is not None and any(map(_holds_bytes, pq.read_schema(file).types)):
            for each in arrow_records(_unpacked(file, folder)):
                yield (
                    replace(each, place=f"{file.name}:{each.place.rpartition(':')[2]}")
                    if isinstance(each, Record)
                    else each
                )
            return
        with pq.ParquetFile(file, memory_map=True) as source:
            number = 0
            for batch in source.iter_batches(batch_size=_rows_at_once(source)):
                for values in batch.to_pylist():
                    yield Record(f"{file.name}:{number}", values)
                    number += 1
    except pa.ArrowException as error:
        raise SourceError(f"{str(file)!r} is no Parquet file, or is damaged: {error}") from error


def _holds_bytes(kind: pa.DataType) -> bool:
    held = (kind.field(n).type for n in range(kind.num_fields)) if pa.types.is_struct(kind) else (kind,)
    return any(pa.types.is_binary(each) or pa.types.is_large_binary(each) for each in held)


def _unpacked(file: Path, folder: Path) -> Path:
    """Return a copy of a file that is not packed; one of the file as it is now is not made again."""

    def write(draft: Path) -> None:
        with (
            pq.ParquetFile(file, memory_map=True) as source,
            pa.OSFile(str(draft), "wb") as sink,
            pa.ipc.new_stream(sink, source.schema_arrow) as writer,
        ):
            for batch in source.iter_batches(batch_size=_rows_at_once(source)):
                writer.write_batch(batch)

    return copy_of(file, folder, ".arrow", write)


def _rows_at_once(source: pq.ParquetFile) -> int:
    groups = [source.metadata.row_group(n) for n in range(source.metadata.num_row_groups)]
    heaviest = max((group.total_byte_size / max(group.num_rows, 1) for group in groups), default=1.0)
    return max(1, min(_BATCH_ROWS, int(_BATCH_BYTES / max(heaviest, 1.0))))
