"""A folder with pictures, texts, sounds and videos: joined by a table that names them, or by their own names."""

import os
from collections.abc import Iterator
from pathlib import Path

from mmhub.errors import SourceError
from mmhub.operators import Lost, Options, Remark, Row, Source
from mmhub.places import texts
from mmhub.places.elsewhere import check_is_here
from mmhub.places.inside import Inside
from mmhub.places.kinds import kind_of, split_of_folder
from mmhub.places.layout import rows
from mmhub.places.listing import listing
from mmhub.places.records import TABLES, Form, Record, records
from mmhub.places.remarks import some
from mmhub.places.stems import stem_rows

_METADATA = tuple(each for each in TABLES if each != ".json")


class FolderOptions(Options):
    """Where the folder is, and what the columns of its table are for."""

    data_dir: Path
    """The folder."""
    metadata: str = ""
    """The table that names the files of each row; by default ``metadata.csv`` (or .tsv, .jsonl, .parquet, .arrow), or
    the only table there is. ``none`` joins files by their names, whatever tables there are."""
    id: str = ""
    """The column with the ids of rows; ``row_id``, ``id``, ``uid``, ``uuid``, ``key`` by default, or the first file."""
    split: str = ""
    """The column with the splits; by default ``split`` or ``subset``, where there is one."""
    file_columns: tuple[str, ...] | None = None
    """The columns that hold names of files, relative to the table; by default those that look like it."""
    text_keys: tuple[str, ...] = texts.KEYS
    """Under which key of a JSON file its text is: the first that is there."""
    delimiter: str = ""
    """What parts the values of a CSV file; by default what its first line has most of: comma, tab, semicolon, bar."""
    anywhere: bool = False
    """Whether the table may name files outside of the folder."""


def folder_rows(options: FolderOptions, folder: Path | None) -> Iterator[Row | Lost | Remark]:
    """Yield a row for each line of the table, or for each name of files; then what belongs to no row."""
    place = options.data_dir.expanduser().absolute()
    if not place.is_dir():
        check_is_here(options.data_dir)
    files = listing(place)
    tables = [] if options.metadata == "none" else tables_in(place, files, options.metadata)
    if not tables:
        yield from stem_rows(place, files, options.text_keys)
        return
    named = _Named(place)
    for table in tables:
        split = split_of_folder(table.partition("/")[0])
        for row in _table_rows(options, place / table, named):
            yield {**row, "split": split} if split and isinstance(row, dict) and row["split"] is None else row
    yield from _remarks(place, [each for each in files if each not in tables], tables, named)


def tables_in(place: Path, files: list[str], wanted: str) -> list[str]:
    """Return the tables that name the files of a folder: one, or one for each folder of a split; none without any.

    Raises SourceError where the table ``wanted`` is not there, or which is meant cannot be told.
    """
    if wanted:
        if wanted not in files:
            raise SourceError(f"there is no table {wanted!r} in the folder {str(place)!r}")
        return [wanted]
    tables = [file for file in files if file.lower().endswith(_METADATA)]
    top = [file for file in tables if "/" not in file]
    called = [file for file in top if file.lower().startswith("metadata.")]
    if len(called) == 1 or len(top) == 1:
        return called or top
    if top:
        raise SourceError(
            f"several tables in {str(place)!r} could name its files: {', '.join(called or top)}; say which with "
            "`--set source.metadata=NAME`, or `none` to go by the names of files"
        )
    return [file for file in tables if file.count("/") == 1 and _is_of_split(file)]


def _is_of_split(file: str) -> bool:
    folder, _, name = file.partition("/")
    return split_of_folder(folder) is not None and name.lower().startswith("metadata.")


def _table_rows(options: FolderOptions, table: Path, named: "_Named") -> Iterator[Row | Lost]:
    return rows(
        _counted(records(table, Form(options.delimiter)), named),
        Inside(table.parent, options.data_dir.expanduser().absolute(), anywhere=options.anywhere),
        number=None,
        ids=options.id,
        split=options.split,
        files=options.file_columns,
        text_keys=options.text_keys,
        named=named.add,
    )


def _counted(found: Iterator[Record | Lost], named: "_Named") -> Iterator[Record | Lost]:
    for each in found:
        named.rows += 1
        yield each


class _Named:
    """The files that tables name, relative to the folder, and how many rows there are."""

    def __init__(self, place: Path) -> None:
        self._start = os.path.abspath(place).rstrip("/") + "/"  # noqa: PTH100  (of strings)
        self.files: set[str] = set()
        self.rows = 0

    def add(self, path: str) -> None:
        """Note a file that a row names."""
        self.files.add(path.removeprefix(self._start))


def _remarks(place: Path, files: list[str], tables: list[str], named: _Named) -> Iterator[Remark]:
    """Yield what no row names; raise SourceError where rows name files, and none of them is there."""
    unmatched = [file for file in files if kind_of(file) and file not in named.files]
    outside = any(Path(file).is_absolute() for file in named.files)
    if named.files and named.files.isdisjoint(files) and not outside:
        raise SourceError(
            f"no file that {', '.join(tables)} names is in {str(place)!r}, such as "
            f"{min(named.files)!r}: names are relative to the table"
        )
    if unmatched:
        yield Remark(f"{some(unmatched, 'file')} that no row of {', '.join(tables)} names")


SOURCE = Source(
    name="folder",
    version=1,
    summary="A folder with pictures, texts, sounds and videos, joined by a table that names them or by their names.",
    options=FolderOptions,
    rows=folder_rows,
)
