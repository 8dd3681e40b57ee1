"""Columns on disk instead of in memory: the system may take back what is mapped from a file."""

import mmap
import tempfile
from pathlib import Path

import pyarrow as pa

_WORTH_BYTES = 1 << 20
"""From which size on a column is written down."""


def mapped(values: pa.Array, folder: Path | None) -> pa.Array:
    """Return the same values, mapped from a file without a name in ``folder`` if they are many.

    The file is gone when nothing refers to the values any more, however the process ends.
    """
    if values.nbytes < _WORTH_BYTES:
        return values
    batch = pa.record_batch([values], names=["values"])
    with tempfile.TemporaryFile(dir=folder) as file:
        with pa.ipc.new_file(file, batch.schema) as writer:
            writer.write_batch(batch)
        file.flush()
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return pa.ipc.open_file(pa.py_buffer(content)).get_batch(0).column(0)
