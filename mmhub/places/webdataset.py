"""WebDataset: tar shards whose members of one name are a row; media stay in the shard, and are read where they lie."""

import os
from collections.abc import Iterator
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from mmhub.errors import SourceError
from mmhub.operators import Lost, Options, Remark, Row, Source
from mmhub.places import texts
from mmhub.places.archive import MOST_UNPACKED_GB
from mmhub.places.remarks import some

if TYPE_CHECKING:
    from mmhub.places.shards import Member

_GZ = (".tar.gz", ".tgz")


class WebDatasetOptions(Options):
    """Which shards, and how large they may become."""

    files: Path
    """A shard (.tar, .tar.gz), or several by a pattern such as ``shards/*.tar``."""
    data_dir: Path | None = None
    """The folder that ``files`` is relative to."""
    text_keys: tuple[str, ...] = texts.KEYS
    """Under which key of a JSON member the field ``text`` is, where there is no .txt: the first that is there."""
    most_unpacked_gb: float = Field(default=MOST_UNPACKED_GB, gt=0)
    """How large a compressed shard may become; one that is larger is an error."""


def prepare(options: WebDatasetOptions, folder: Path) -> None:
    """Leave the folder empty, for shards that are compressed to be unpacked into when they are read."""


def shard_rows(options: WebDatasetOptions, folder: Path | None) -> Iterator[Row | Lost | Remark]:
    """Yield a row for each run of members of one name, shard by shard."""
    from mmhub.places.shards import members
    from mmhub.places.tar_members import unpacked

    left_out: list[str] = []
    for shard in _shards(options):
        packed = shard.name.lower().endswith(_GZ)
        place = unpacked(shard, folder, int(options.most_unpacked_gb * (1 << 30))) if packed and folder else shard
        run: list[Member] = []
        for member in members(place, shard.name, left_out):
            if isinstance(member, Lost):
                yield member
                continue
            if run and member.key != run[0].key:
                yield _row(run, options.text_keys)
                run = []
            run.append(member)
        if run:
            yield _row(run, options.text_keys)
    if left_out:
        yield Remark(f"{some(left_out, 'member')} of shards that are links or no files: left out")


def _shards(options: WebDatasetOptions) -> list[Path]:
    pattern = os.path.join(options.data_dir or "", options.files.expanduser())  # noqa: PTH118  (of a pattern)
    several = has_magic(pattern) and not Path(pattern).exists()
    names = sorted(glob(pattern, recursive=True)) if several else [pattern]  # noqa: PTH207  (may be absolute)
    found = [Path(name).absolute() for name in names if Path(name).is_file()]
    if not found:
        raise SourceError(f"there is no shard {pattern!r}: `files` names one, or several by a pattern")
    return found


def _row(run: "list[Member]", text_keys: tuple[str, ...]) -> Row:
    """Return the members of one name as fields by the ends of their names, and by what they hold."""
    row: dict[str, Any] = {}
    for member in run:
        if member.ending == "json" and isinstance(member.value, bytes):
            found = texts.loaded(member.value)
            row.update({name: texts.plain(value) for name, value in found.items() if name not in row})
            row["json"] = member.value.decode("utf-8", "replace")
        else:
            row[member.ending] = member.value
    for member in run:
        if member.kind and member.ending != "json":
            row.setdefault(member.kind, member.value)
    if "text" not in row:
        row["text"] = next((row[key] for key in text_keys if isinstance(row.get(key), str)), None)
    return {**row, "row_id": run[0].key, "split": None}


SOURCE = Source(
    name="webdataset",
    version=1,
    summary="Tar shards in the form of WebDataset; media are read where they lie, and nothing is extracted.",
    options=WebDatasetOptions,
    rows=shard_rows,
    generate=prepare,
)
