"""Records of tables: what a line or a row holds by the names of its columns, and where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmhub.errors import SourceError
from mmhub.operators import Lost

TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".arrow", ".feather")
"""How the names of files end that hold tables."""
LANCE = ".lance"
"""How the name of a folder ends that is a Lance dataset, and a table like any other."""


@dataclass(frozen=True)
class Record:
    """A row of a table: where it stands, as ``rows.csv:17``, and its values by column."""

    place: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Form:
    """What a table does not say of itself: what parts values, the names of columns, which version of several."""

    delimiter: str = ""
    columns: tuple[str, ...] = ()
    version: int | None = None


def is_table(path: Path) -> bool:
    """Whether a table is there: a file, or the folder of a Lance dataset."""
    return path.is_file() or (path.suffix.lower() == LANCE and path.is_dir())


def records(file: Path, form: Form, folder: Path | None = None) -> Iterator[Record | Lost]:
    """Yield the records of a table, one at a time; a line that cannot be read is `Lost`.

    Bytes in a table that is packed are copied into ``folder``, where one is given, and are read there. Raises
    SourceError where the file cannot be read at all.
    """
    try:
        yield from _reader(file, form, folder)
    except OSError as error:
        raise SourceError(f"the table {str(file)!r} cannot be read: {error.strerror or error}") from error


def _reader(file: Path, form: Form, folder: Path | None) -> Iterator[Record | Lost]:
    match file.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            from mmhub.places.csv_records import csv_records

            return csv_records(file, form)
        case ".jsonl" | ".ndjson" | ".json":
            from mmhub.places.json_records import json_records

            return json_records(file)
        case ".parquet":
            from mmhub.places.parquet_records import parquet_records

            return parquet_records(file, folder)
        case ".arrow" | ".feather":
            from mmhub.places.arrow_records import arrow_records

            return arrow_records(file)
        case ".lance":
            from mmhub.places.lance_records import lance_records

            return lance_records(file, form.version, folder)
    known = ", ".join((*TABLES, LANCE))
    raise SourceError(f"{str(file)!r} is no table that can be read: its name should end in {known}")
