"""Which files of a source have changed since they were last read: path, size, time and inode stand for the content."""

import hashlib
import os
import stat
import struct
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.blocks import KEY, as_digests, as_keys, read_table
from mmhub.faults import Fault
from mmhub.sources.mapped import mapped
from mmhub.store import placed
from mmhub.units import Items, file_of, is_remote, located

_STAMP = pa.binary(24)
_PACKED = struct.Struct(">QqQ")
_SCHEMA = pa.schema([("path", pa.large_string()), ("stamp", _STAMP), ("key", KEY)])
_CHUNK = 4096
"""Files looked at between two columns of stamps: a Python object for each of all would take more than they do."""


def recall(index: Path, fields: Iterable[Items]) -> None:
    """Fill in the keys of files that are as ``index`` remembers them; note those that are not there."""
    known = read_table(index) if index.exists() else _SCHEMA.empty_table()
    for items in fields:
        if items.paths is None:
            continue
        items.stamps = stamps = mapped(_stamps(items), index.parent if index.parent.is_dir() else None)
        found = pc.index_in(items.paths, value_set=known["path"].combine_chunks())
        before = known.select(["stamp", "key"]).take(found)
        same = np.asarray(pc.fill_null(pc.equal(before["stamp"].combine_chunks(), stamps), False))
        items.keys[same] = as_digests(before["key"].combine_chunks().filter(pa.array(same)))
        items.known |= same


def remember(index: Path, fields: Iterable[Items]) -> None:
    """Write down the stamp and key of every file whose key is known."""
    tables = []
    for items in fields:
        if items.paths is None:
            continue
        # A stamp from before the file was read: a file that changed since is read again next time.
        stamps = items.stamps if items.stamps is not None else _stamps(items)
        keep = pa.array(items.known & np.asarray(pc.is_valid(items.paths)) & np.asarray(pc.is_valid(stamps)))
        columns = [items.paths.filter(keep), stamps.filter(keep), as_keys(items.keys).filter(keep)]
        tables.append(pa.table(columns, schema=_SCHEMA))
    if tables:
        whole = pa.concat_tables(tables)
        if index.exists():
            # A build of a part of the source does not forget the rest.
            before = read_table(index)
            other = pc.invert(pc.is_in(before["path"], value_set=whole["path"].combine_chunks()))
            whole = pa.concat_tables([whole, before.filter(other)])
            if whole.equals(before):
                return
        with (
            placed(index) as draft,
            pa.OSFile(str(draft), "wb") as sink,
            pa.ipc.new_stream(sink, _SCHEMA) as writer,
        ):
            writer.write_table(whole)


def read_keys(items: Items, wanted: np.ndarray, *, threads: int) -> None:
    """Read the files of the items ``wanted`` whose keys are not known, and fill in their keys or faults."""
    if items.paths is None:
        return
    unknown = [int(item) for item in wanted if not items.known[item] and int(item) not in items.faults]
    unknown = [item for item in unknown if not is_remote(items.paths[item].as_py())]
    paths = items.paths.take(pa.array(unknown, pa.int64())).to_pylist()
    with ThreadPoolExecutor(threads) as pool:
        for item, answer in zip(unknown, pool.map(_sha256, paths), strict=True):
            if isinstance(answer, Fault):
                items.faults[item] = answer
            else:
                items.keys[item] = np.frombuffer(answer, dtype=np.uint8)
                items.known[item] = True


def _sha256(place: str) -> bytes | Fault:
    try:
        with located(place).open() as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        return _unreadable(error)
    except EOFError as error:
        return Fault("truncated", str(error))


def _unreadable(error: OSError) -> Fault:
    reason = "not-found" if isinstance(error, FileNotFoundError | NotADirectoryError) else "unreadable"
    return Fault(reason, error.strerror or str(error))


def _stamps(items: Items) -> pa.Array:
    """Return the stamp of every file, null where there is no path or no file; note which are not there."""
    assert items.paths is not None
    parts = [pa.array([], _STAMP)]
    for start in range(0, len(items.paths), _CHUNK):
        paths = enumerate(items.paths.slice(start, _CHUNK).to_pylist(), start)
        parts.append(pa.array([_stamp(items, item, path) for item, path in paths], _STAMP))
    return pa.concat_arrays(parts)


def _stamp(items: Items, item: int, path: str | None) -> bytes | None:
    if path is None or is_remote(path):
        return None
    try:
        state = os.stat(file_of(path))  # noqa: PTH116  (a Path object for each of millions of names is slow)
        if not stat.S_ISREG(state.st_mode):
            # A pipe would keep its reader waiting for ever, and a device may have no end.
            raise ValueError("it is no regular file")
    except OSError as error:
        items.faults[item] = _unreadable(error)
    except ValueError as error:
        items.faults[item] = Fault("unreadable", str(error))
    else:
        return _PACKED.pack(state.st_size, state.st_mtime_ns, state.st_ino)
    return None
