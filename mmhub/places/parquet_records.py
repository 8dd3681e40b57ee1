"""Records of Parquet files, a few megabytes at a time."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mmhub.errors import SourceError
from mmhub.operators import Lost
from mmhub.places.packed_records import packed_records
from mmhub.places.records import Record

_BATCH_BYTES = 8 << 20
_BATCH_ROWS = 4096


def parquet_records(file: Path, folder: Path | None) -> Iterator[Record | Lost]:
    """Yield a record for each row; bytes are unpacked into ``folder``; raise SourceError where the file is damaged."""
    try:
        with pq.ParquetFile(file, memory_map=True) as source:
            batches = source.iter_batches(batch_size=_rows_at_once(source))
            yield from packed_records(file.name, source.schema_arrow, batches, file, folder)
    except pa.ArrowException as error:
        raise SourceError(f"{str(file)!r} is no Parquet file, or is damaged: {error}") from error


def _rows_at_once(source: pq.ParquetFile) -> int:
    groups = [source.metadata.row_group(n) for n in range(source.metadata.num_row_groups)]
    heaviest = max((group.total_byte_size / max(group.num_rows, 1) for group in groups), default=1.0)
    return max(1, min(_BATCH_ROWS, int(_BATCH_BYTES / max(heaviest, 1.0))))
