"""Records of Lance datasets, a few megabytes at a time."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from mmhub.errors import SourceError
from mmhub.operators import Lost
from mmhub.places.packed_records import packed_records
from mmhub.places.records import Record

_BATCH_BYTES = 8 << 20
_BATCH_ROWS = 4096


def lance_records(place: Path, version: int | None, folder: Path | None) -> Iterator[Record | Lost]:
    """Yield a record for each row of a version, by default the newest; bytes are unpacked into ``folder``.

    Raises SourceError where pylance is not installed, where there is no such version, or where it is damaged.
    """
    dataset = _opened(place, version)
    scanner = partial(dataset.scanner, scan_in_order=True, blob_handling="all_binary")
    try:
        batches = _batches(scanner, dataset.count_rows(), _rows_at_once(place, dataset.count_rows()))
        # The folder of versions changes with each that is written.
        yield from packed_records(place.name, scanner().projected_schema, batches, place / "_versions", folder)
    except (ValueError, OSError) as error:
        raise SourceError(f"the Lance dataset {str(place)!r} is damaged: {error}") from error


def _opened(place: Path, version: int | None) -> Any:
    try:
        import lance
    except ImportError as error:
        raise SourceError(f"to read the Lance dataset {str(place)!r} takes `pip install 'mmhub[lance]'`") from error
    try:
        return lance.dataset(str(place), version=version)
    except (ValueError, OSError) as error:
        which = "is no Lance dataset" if version is None else f"is no Lance dataset, or has no version {version}"
        raise SourceError(f"{str(place)!r} {which}") from error


def _batches(scanner: Any, count: int, at_once: int) -> Iterator[pa.RecordBatch]:
    """Yield rows in turn: a scanner of all of them would hold many times as much at once, whatever it is told."""
    for start in range(0, count, at_once):
        yield from scanner(offset=start, limit=at_once, batch_size=at_once).to_batches()


def _rows_at_once(place: Path, count: int) -> int:
    size = sum(file.stat().st_size for file in (place / "data").rglob("*") if file.is_file())
    return max(1, min(_BATCH_ROWS, _BATCH_BYTES * count // max(size, 1)))
