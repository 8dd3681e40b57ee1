"""Tar shards as WebDataset reads them: a file per medium, ``.npy`` per embedding, ``.json`` for the rest."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from mmhub.exporting.names import file_name
from mmhub.exporting.rows import Rows
from mmhub.exporting.samples import Sample, ending, samples
from mmhub.exporting.shards import Opened, write_shards


def write(rows: Rows, folder: Path) -> None:
    """Write ``<split>-00000.tar`` and so on."""
    for split in rows.counts:
        stem = file_name(split, dots=True)
        write_shards(rows.batches(split), folder, opened=_opened(rows), named=_named(stem))


def _named(stem: str) -> Callable[[int, int], str]:
    return lambda number, count: f"{stem}-{number:05d}.tar"


def _opened(rows: Rows) -> Opened:
    @contextmanager
    def opened(path: Path) -> Iterator[Callable[[pa.Table], None]]:
        with tarfile.open(path, "w") as tar:

            def put(table: pa.Table) -> None:
                for sample in samples(rows, table):
                    for name, data in _entries(rows, sample):
                        _add(tar, name, data)
                # A tar file remembers every entry it has written.
                tar.members = []  # type: ignore[attr-defined]

            yield put

    return opened


def _entries(rows: Rows, sample: Sample) -> Iterator[tuple[str, bytes]]:
    key = file_name(sample.row_id, dots=False)
    for file in sample.files:
        yield f"{key}{ending(rows, file)}", file.data
    for name, vector in sample.vectors.items():
        yield f"{key}.{name}.npy", _npy(vector)
    yield f"{key}.json", json.dumps(sample.plain, ensure_ascii=False).encode()


def _npy(vector: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, vector, allow_pickle=False)
    return file.getvalue()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    entry.mode = 0o644
    tar.addfile(entry, io.BytesIO(data))
