"""Tables: CSV, TSV, JSON Lines, Parquet, Arrow or Lance with texts, numbers, bytes, and the names of files."""

import os
from collections.abc import Iterator
from functools import partial
from glob import glob, has_magic
from pathlib import Path

from mmhub.errors import SourceError
from mmhub.operators import Lost, Options, Remark, Row, Source
from mmhub.places import texts
from mmhub.places.elsewhere import check_is_here
from mmhub.places.inside import Inside
from mmhub.places.layout import rows
from mmhub.places.records import Form, is_table, records


class TableOptions(Options):
    """Which files, and what their columns are for."""

    files: Path
    """A table, or several by a pattern such as ``tables/*.parquet`` (``**`` stands for folders of any depth)."""
    data_dir: Path | None = None
    """The folder that ``files`` is relative to."""
    id: str = ""
    """The column with the ids of rows; ``row_id``, ``id``, ``uid``, ``uuid`` or ``key`` by default, or their number."""
    split: str = ""
    """The column with the splits; by default ``split`` or ``subset``, where there is one."""
    file_columns: tuple[str, ...] | None = None
    """The columns that hold names of files, relative to the table; by default those that look like it."""
    text_keys: tuple[str, ...] = texts.KEYS
    """Where a column names JSON files with texts: under which key the text is, the first that is there."""
    delimiter: str = ""
    """What parts the values of a CSV file; by default what its first line has most of: comma, tab, semicolon, bar."""
    columns: tuple[str, ...] = ()
    """The names of columns, for CSV files whose first line does not have them."""
    version: int | None = None
    """Which version of a Lance dataset; by default the newest."""
    anywhere: bool = False
    """Whether files may lie outside of the folder of their table."""


def prepare(options: TableOptions, folder: Path) -> None:
    """Leave the folder empty, for tables with packed bytes to be copied into when they are read."""


def table_rows(options: TableOptions, folder: Path | None) -> Iterator[Row | Lost | Remark]:
    """Yield a row for each line or row of the tables, in the order of their names."""
    pattern = os.path.join(options.data_dir or "", options.files.expanduser())  # noqa: PTH118  (of a pattern)
    several = has_magic(pattern) and not Path(pattern).exists()
    files = sorted(glob(pattern, recursive=True)) if several else [pattern]  # noqa: PTH207  (one that may be absolute)
    files = [file for file in files if is_table(Path(file))]
    if not files:
        check_is_here(options.files)
        raise SourceError(f"there is no table {pattern!r}: `files` names one, or several by a pattern")
    for name in files:
        file = Path(name).absolute()
        prefix = f"{file.name}:" if several else ""
        empty = True
        for row in rows(
            records(file, Form(options.delimiter, options.columns, options.version), folder),
            Inside(file.parent, file.parent, anywhere=options.anywhere),
            number=partial(_numbered, prefix),
            ids=options.id,
            split=options.split,
            files=options.file_columns,
            text_keys=options.text_keys,
        ):
            empty = False
            yield row
        if empty:
            yield Remark(f"the table {file.name} has no rows")


def _numbered(prefix: str, number: int) -> str:
    return f"{prefix}{number:06d}"


SOURCE = Source(
    name="table",
    version=1,
    summary="Tables: CSV, TSV, JSON Lines, Parquet, Arrow or Lance with texts, numbers, bytes, and names of files.",
    options=TableOptions,
    rows=table_rows,
    generate=prepare,
)
