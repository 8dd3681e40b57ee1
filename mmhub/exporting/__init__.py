"""A version as files that need no store: Arrow, Parquet, WebDataset shards, or a plain tree."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from mmhub.errors import ExportError, near
from mmhub.exporting import arrow, files, parquet, webdataset
from mmhub.exporting.rows import Progress, Rows
from mmhub.store import Store, placed_folder
from mmhub.version import find

Format = Literal["arrow", "parquet", "webdataset", "files"]
_WRITERS: dict[str, Callable[[Rows, Path], None]] = {
    "arrow": arrow.write,
    "parquet": parquet.write,
    "webdataset": webdataset.write,
    "files": files.write,
}


@dataclass(frozen=True)
class Exported:
    """What was written: the version, the folder, the rows of each split, and how many bytes the files have."""

    version: str
    folder: str
    format: str
    splits: dict[str, int]
    bytes: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def export(
    wanted: str,
    folder: Path | str,
    *,
    format: Format = "arrow",
    store: Path | str | None = None,
    progress: Progress = lambda done, total: None,
) -> Exported:
    """Write the version ``wanted`` into ``folder``, which is there when it is complete; media keep their bytes.

    ``progress`` is told how many rows are written, of how many. Raises VersionError where there is no such version,
    and ExportError where the folder is not empty or the format is unknown.
    """
    if format not in _WRITERS:
        raise ExportError(
            f"{format!r} is no format to export to: expected {', '.join(get_args(Format))}{near(format, _WRITERS)}"
        )
    place = Path(folder).expanduser().absolute()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise ExportError(f"{str(place)!r} is no empty folder: name a new or an empty one")
    home = Store.at(store)
    version = find(home, wanted)
    if not version.manifest["splits"]:
        raise ExportError(f"{str(version)!r} kept no row, so that there is nothing to export")
    rows = Rows(version, home, progress)
    with placed_folder(place) as draft:
        _WRITERS[format](rows, draft)
    size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    return Exported(str(version), str(place), format, rows.counts, size)
