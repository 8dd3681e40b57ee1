"""Rows one by one: media as named files, the rest as plain data."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np
import pyarrow as pa

from mmhub.exporting.rows import Rows


@dataclass(frozen=True)
class File:
    """One medium: its column, its place in a list (-1 without one), its suffix such as ``.jpg``, and its bytes."""

    column: str
    place: int
    suffix: str
    data: bytes


@dataclass(frozen=True)
class Sample:
    """One row."""

    row_id: str
    files: list[File]
    vectors: dict[str, np.ndarray]
    plain: dict[str, Any]


def samples(rows: Rows, table: pa.Table) -> Iterator[Sample]:
    """Yield the rows of a batch."""
    apart = {*rows.media, *rows.vectors}
    plain = table.select([name for name in table.column_names if name not in apart]).to_pylist()
    for place, values in enumerate(plain):
        files = [file for name in rows.media for file in _files(name, table[name][place].as_py())]
        vectors = {
            name: np.asarray(table[name][place].as_py(), dtype=np.float32)
            for name in rows.vectors
            if table[name][place].is_valid
        }
        finite = {name: _finite(value) for name, value in values.items()}
        yield Sample(str(values["row_id"]), files, vectors, finite)


def _finite(value: Any) -> Any:
    """Return a value as JSON can hold it, which has no infinity and no NaN."""
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _files(column: str, value: list[Mapping[str, Any]] | Mapping[str, Any] | None) -> Iterator[File]:
    if isinstance(value, list):
        yield from (_file(column, place, each) for place, each in enumerate(value) if each is not None)
    elif value is not None:
        yield _file(column, -1, value)


def _file(column: str, place: int, value: Mapping[str, Any]) -> File:
    return File(column, place, PurePath(value["path"] or "").suffix or ".bin", value["bytes"])


def ending(rows: Rows, file: File) -> str:
    """Return what follows the row in the name of a file: ``.jpg``, or ``.image.jpg`` where there are several media."""
    if len(rows.media) == 1 and file.place < 0:
        return file.suffix
    return f".{file.column}{f'_{file.place}' if file.place >= 0 else ''}{file.suffix}"
