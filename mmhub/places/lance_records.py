"""Records of Lance datasets, a few megabytes at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmhub.errors import SourceError
from mmhub.operators import Lost
from mmhub.places.packed_records import packed_records
from mmhub.places.records import Record

_BATCH_BYTES = 8 << 20
_BATCH_ROWS = 4096
_AHEAD_BYTES = 64 << 20


def lance_records(place: Path, version: int | None, folder: Path | None) -> Iterator[Record | Lost]:
    """Yield a record for each row of a version, by default the newest; bytes are unpacked into ``folder``.

    Raises SourceError where pylance is not installed, where there is no such version, or where it is damaged.
    """
    reader = _reader(place, version)
    try:
        # The folder of versions changes with each that is written.
        yield from packed_records(place.name, reader.schema, reader, place / "_versions", folder)
    except (ValueError, OSError) as error:
        raise SourceError(f"the Lance dataset {str(place)!r} is damaged: {error}") from error


def _reader(place: Path, version: int | None) -> Any:
    try:
        import lance
    except ImportError as error:
        raise SourceError(f"to read the Lance dataset {str(place)!r} takes `pip install 'mmhub[lance]'`") from error
    try:
        dataset = lance.dataset(str(place), version=version)
    except (ValueError, OSError) as error:
        which = "is no Lance dataset" if version is None else f"is no Lance dataset, or has no version {version}"
        raise SourceError(f"{str(place)!r} {which}") from error
    scanner = dataset.scanner(
        batch_size=_BATCH_ROWS,
        batch_size_bytes=_BATCH_BYTES,
        batch_readahead=1,
        fragment_readahead=1,
        io_buffer_size=_AHEAD_BYTES,
        scan_in_order=True,
        blob_handling="all_binary",
    )
    return scanner.to_reader()
