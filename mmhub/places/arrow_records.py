"""Records of Arrow and Feather files, mapped into memory: bytes that are stored plain are read where they lie."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.errors import SourceError
from mmhub.operators import Lost, Media
from mmhub.places.records import Record

_ROWS = 1024


def arrow_records(file: Path) -> Iterator[Record | Lost]:
    """Yield a record for each row; bytes that the file holds as they are become parts of the file, unread."""
    try:
        with pa.memory_map(str(file)) as source:
            whole = source.read_buffer()
        number = 0
        for batch in _batches(pa.BufferReader(whole)):
            check_names(file.name, batch.schema)
            for start in range(0, batch.num_rows, _ROWS):
                for values in _rows(batch.slice(start, _ROWS), whole, str(file)):
                    yield Record(f"{file.name}:{number}", values)
                    number += 1
    except pa.ArrowException as error:
        raise SourceError(f"{str(file)!r} is no Arrow file, or is damaged: {error}") from error


def check_names(name: str, schema: pa.Schema) -> None:
    """Raise SourceError where two columns of a table have one name: which is meant nobody could say."""
    twice = next((each for each in schema.names if schema.names.count(each) > 1), None)
    if twice is not None:
        raise SourceError(f"{name!r}: two columns are called {twice!r}: rename one")


def _batches(source: pa.BufferReader) -> Iterator[pa.RecordBatch]:
    """Yield the record batches of a file in either form of Arrow: the one with an index at its end, or the stream."""
    try:
        reader = pa.ipc.open_file(source)
    except pa.ArrowInvalid:
        source.seek(0)
        yield from pa.ipc.open_stream(source)
        return
    for n in range(reader.num_record_batches):
        yield reader.get_batch(n)


def _rows(batch: pa.RecordBatch, whole: pa.Buffer, path: str) -> Iterator[dict[str, Any]]:
    columns = [_column(column, whole, path) for column in batch.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(batch.schema.names, values, strict=True))


def _column(column: pa.Array, whole: pa.Buffer, path: str) -> list[Any]:
    kind = column.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _parts(column, whole, path)
    if pa.types.is_struct(kind) and {each.name for each in kind} == {"bytes", "path"} and _is_binary(kind):
        held, paths = _parts(column.field("bytes"), whole, path), column.field("path").to_pylist()
        # Fields of a struct know nothing of its own absence.
        pairs = zip(held, paths, column.is_valid().to_pylist(), strict=True)
        return [(_first(data, name) if there else None) for data, name, there in pairs]
    return list(column.to_pylist())


def _first(data: Any, name: str | None) -> Any:
    return data if data is not None else {"bytes": None, "path": name}


def _is_binary(kind: pa.StructType) -> bool:
    held = kind.field("bytes").type
    return bool(pa.types.is_binary(held) or pa.types.is_large_binary(held))


def _parts(column: pa.Array, whole: pa.Buffer, path: str) -> list[Any]:
    """Return where in the file each value lies; the bytes themselves where the file holds them packed."""
    _, offsets, data = column.buffers()
    inside = data is not None and whole.address <= data.address < whole.address + whole.size
    if not inside:
        return list(column.to_pylist())
    wide = np.int64 if pa.types.is_large_binary(column.type) else np.int32
    bounds = np.frombuffer(offsets, dtype=wide)[column.offset : column.offset + len(column) + 1].tolist()
    start = data.address - whole.address
    parts = [Media(path=path, offset=start + a, length=b - a) for a, b in pairwise(bounds)]
    return [part if there else None for part, there in zip(parts, column.is_valid().to_pylist(), strict=True)]
