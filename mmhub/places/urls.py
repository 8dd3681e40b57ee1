"""URLs of media, one on each line or in the columns of tables, with the sha256 of what should be there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field

from mmhub.errors import SourceError
from mmhub.operators import Lost, Options, Remark, Remote, Row, Source
from mmhub.places.elsewhere import is_address
from mmhub.places.kinds import kind_of
from mmhub.places.table import TableOptions, table_rows

_ENDING = re.compile(r"_?(url|uri|link|href)s?$", re.IGNORECASE)
_LIST = "url"
"""The column of a file that holds nothing but URLs."""


class UrlsOptions(Options):
    """Which tables, and what their columns are for."""

    files: Path
    """A table, or several by a pattern such as ``tables/*.parquet``; a ``.txt`` file holds a URL on each line."""
    data_dir: Path | None = None
    """The folder that ``files`` is relative to."""
    id: str = ""
    """The column with the ids of rows; ``row_id``, ``id``, ``uid``, ``uuid`` or ``key`` by default, or their number."""
    split: str = ""
    """The column with the splits; by default ``split`` or ``subset``, where there is one."""
    sha256: dict[str, str] = Field(default_factory=dict)
    """By column of URLs, the column with the sha256 of the files; other files than these are not taken."""
    delimiter: str = ""
    """What parts the values of a CSV file; by default what its first line has most of: comma, tab, semicolon, bar."""
    columns: tuple[str, ...] = ()
    """The names of columns, for CSV files whose first line does not have them."""


def url_rows(options: UrlsOptions, folder: Path | None) -> Iterator[Row | Lost | Remark]:
    """Yield a row for each line or row of the tables; what they name is downloaded by a build, and not here.

    A value that is a URL goes by the name of its column, and without ``_url`` at its end, and by the kind of file that
    it names. Raises SourceError where a column of `sha256` is not there, or no value at all is a URL.
    """
    is_list = options.files.suffix.lower() == ".txt"
    # No URL holds a tab.
    form = {"columns": (_LIST,), "delimiter": "\t"} if is_list else {}
    given = options.model_dump(exclude={"sha256"}) | form
    met = False
    for row in table_rows(TableOptions(**given, file_columns=()), folder):
        if isinstance(row, Lost | Remark):
            yield row
            continue
        found = _with_urls(row, options.sha256)
        met = met or any(isinstance(each, Remote) for each in found.values())
        yield found
    if not met:
        raise SourceError(f"no value in {str(options.files)!r} is a URL: expected https:// or the like")


def _with_urls(row: Row, hashes: dict[str, str]) -> dict[str, Any]:
    for name in (*hashes, *hashes.values()):
        if name not in row:
            raise SourceError(f"`sha256` names a column {name!r} that is not there: there are {', '.join(row)}")
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, str) and is_address(value):
            remote = Remote(value, str(row[hashes[name]] or "") if name in hashes else "")
            kind = kind_of(urlsplit(value).path)
            found[name] = remote
            for each in (_ENDING.sub("", name.lower()), kind if kind != "text" else None):
                if each and each not in row:
                    found.setdefault(each, remote)
    return {**row, **found}


SOURCE = Source(
    name="urls",
    version=1,
    summary="Tables with URLs of media, or lists of them: a build downloads what they name.",
    options=UrlsOptions,
    rows=url_rows,
)
