"""Arrow files in the layout of `DatasetDict.save_to_disk`, for `datasets.load_from_disk`."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from mmhub.exporting.rows import Rows
from mmhub.exporting.shards import Opened, numbered, write_shards


def write(rows: Rows, folder: Path) -> None:
    """Write a folder per split."""
    for split in rows.counts:
        place = folder / split
        names = write_shards(rows.batches(split), place, opened=_opened(rows.schema), named=numbered("data", ".arrow"))
        _describe(rows, split, place, names)
    (folder / "dataset_dict.json").write_text(json.dumps({"splits": list(rows.counts)}), encoding="utf-8")


def _opened(schema: pa.Schema) -> Opened:
    @contextmanager
    def opened(path: Path) -> Iterator[Callable[[pa.Table], None]]:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
            yield writer.write_table

    return opened


def _describe(rows: Rows, split: str, place: Path, names: list[str]) -> None:
    about = rows.version.manifest["about"]
    info = {
        "description": about["summary"],
        "homepage": about["homepage"],
        "license": about["licence"],
        "citation": "",
        "features": rows.features.to_dict(),
    }
    state: dict[str, Any] = {
        "_data_files": [{"filename": name} for name in names],
        "_fingerprint": hashlib.sha256(f"{rows.version.identity}:{split}".encode()).hexdigest()[:16],
        "_format_columns": None,
        "_format_kwargs": {},
        "_format_type": None,
        "_output_all_columns": False,
        "_split": split,
    }
    for name, content in (("dataset_info.json", info), ("state.json", state)):
        (place / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
