"""A tree of plain files: ``media/<split>/<row_id>.jpg``, and ``metadata.jsonl`` with a line per row."""

import json
from pathlib import Path
from typing import Any

from mmhub.exporting.names import file_name
from mmhub.exporting.rows import Rows
from mmhub.exporting.samples import Sample, ending, samples


def write(rows: Rows, folder: Path) -> None:
    """Write the media of every split, and one line per row that names them."""
    with (folder / "metadata.jsonl").open("w", encoding="utf-8") as lines:
        for split in rows.counts:
            place = Path("media", file_name(split, dots=True))
            (folder / place).mkdir(parents=True)
            for table in rows.batches(split):
                for sample in samples(rows, table):
                    media = _write_media(rows, sample, folder, place)
                    vectors = {name: vector.tolist() for name, vector in sample.vectors.items()}
                    line = {"split": split, **sample.plain, **media, **vectors}
                    lines.write(json.dumps(line, ensure_ascii=False) + "\n")


def _write_media(rows: Rows, sample: Sample, folder: Path, place: Path) -> dict[str, Any]:
    """Write the media of a row, and return by column the path, or the paths, from ``folder``."""
    stem = file_name(sample.row_id, dots=True)
    paths: dict[str, Any] = dict.fromkeys(rows.media)
    for file in sample.files:
        path = place / f"{stem}{ending(rows, file)}"
        (folder / path).write_bytes(file.data)
        if file.place < 0:
            paths[file.column] = path.as_posix()
        else:
            paths[file.column] = [*(paths[file.column] or ()), path.as_posix()]
    return paths
