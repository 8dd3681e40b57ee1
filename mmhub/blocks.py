"""Tables in which a key finds a row: immutable Arrow files, each named by its own sha256."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.errors import StoreError
from mmhub.store import sync_folder

KEY = pa.binary(32)
ABSENT = -1
_AT_ONCE = 1 << 20
"""Keys looked up at a time, so that the memory it takes does not grow with them."""
_LARGE_BYTES = 1 << 20
"""What takes a second thread longer to hash than to be told so."""
_PATIENCE = 10
"""How often blocks are listed anew while others make them into fewer."""


def as_keys(keys: np.ndarray) -> pa.Array:
    """Return uint8[n, 32] digests as an Arrow array of keys."""
    flat = np.ascontiguousarray(keys, dtype=np.uint8)
    return pa.FixedSizeBinaryArray.from_buffers(KEY, len(flat), [None, pa.py_buffer(flat)])


def as_digests(keys: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Return Arrow keys as digests, uint8[n, 32]."""
    whole = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
    if not len(whole):
        return np.empty((0, 32), dtype=np.uint8)
    data = np.frombuffer(whole.buffers()[1], dtype=np.uint8)
    return data[whole.offset * 32 : (whole.offset + len(whole)) * 32].reshape(-1, 32)


def heads(keys: np.ndarray) -> np.ndarray:
    """Return the first eight bytes of each key uint8[n, 32] as a number, uint64[n]."""
    return np.ascontiguousarray(keys[:, :8]).view(">u8").reshape(-1).astype(np.uint64)


def write_table(folder: Path, table: pa.Table) -> str:
    """Write ``table`` as an Arrow stream into ``folder``, in a file named by its sha256, and return that name."""
    return write_batches(folder, table.schema, table.to_batches())


def write_batches(folder: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> str:
    """Write record batches as an Arrow stream into ``folder``, in a file named by its sha256, and return that name."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{uuid4().hex}.tmp"
    try:
        with draft.open("wb") as file:
            hashed = _Hashed(file)
            # Arrow gathers small pieces, as each one handed to Python may have to wait for another thread.
            sink = pa.BufferedOutputStream(pa.PythonFile(hashed, "w"), _LARGE_BYTES)
            with sink, pa.ipc.new_stream(sink, schema) as writer:
                for batch in batches:
                    writer.write_batch(batch)
            file.flush()
            os.fsync(file.fileno())
        name = f"{hashed.digest.hexdigest()}.arrow"
        draft.replace(folder / name)
    except OSError as error:
        raise StoreError(f"{str(folder)!r} cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(folder)
    return name


class _Hashed:
    """A file for Arrow to write to, of which the sha256 is taken meanwhile: of what is large, by a second thread."""

    closed = False
    """What Arrow asks of a file before it writes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._beside = file, ThreadPoolExecutor(1)
        self.digest = hashlib.sha256()

    def write(self, data: bytes | pa.Buffer) -> None:
        """Write and hash all of ``data``, which may change afterwards."""
        if len(data) < _LARGE_BYTES:
            self.digest.update(data)
            self._file.write(data)
        else:
            hashed = self._beside.submit(self.digest.update, data)
            self._file.write(data)
            hashed.result()

    def close(self) -> None:
        """End the second thread; the file stays open."""
        self._beside.shutdown()


def read_table(path: Path) -> pa.Table:
    """Return the table in an Arrow stream file, mapped into memory; raise StoreError where it cannot be read."""
    try:
        return pa.ipc.open_stream(pa.memory_map(str(path))).read_all()
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError(f"{str(path)!r} in the store cannot be read: {error}") from error


@dataclass(frozen=True)
class Blocks:
    """A folder of immutable tables with a column ``key``. Where two blocks hold one key, either serves."""

    folder: Path

    @cached_property
    def _files(self) -> dict[str, pa.Table]:
        """The tables of the blocks by name, in the order of their first keys: facts found together then lie alike."""
        for _ in range(_PATIENCE):
            names = [path.name for path in self.folder.glob("*.arrow")]
            try:
                tables = {name: read_table(self.folder / name) for name in names}
            except StoreError:
                if all((self.folder / name).exists() for name in names):
                    raise
                # Another build has made many small blocks into few meanwhile.
                continue
            return dict(sorted(tables.items(), key=_first_key))
        raise StoreError(f"the blocks in {str(self.folder)!r} in the store change faster than they can be read")

    @cached_property
    def names(self) -> list[str]:
        """The names of the blocks, as they were when first asked for."""
        return list(self._files)

    @cached_property
    def tables(self) -> list[pa.Table]:
        """The tables of the blocks, mapped into memory, in the order of their names."""
        return list(self._files.values())

    @cached_property
    def table(self) -> pa.Table:
        """All blocks as one table."""
        return pa.concat_tables(self.tables) if self.tables else pa.table({"key": pa.array([], KEY)})

    @cached_property
    def _batches(self) -> list[pa.RecordBatch]:
        """All rows, in the pieces they were written in."""
        return [batch for table in self.tables for batch in table.to_batches()]

    @cached_property
    def _starts(self) -> np.ndarray:
        """The row of `table` in which each piece begins, int64."""
        lengths = np.fromiter(map(len, self._batches), np.int64, len(self._batches))
        return np.cumsum(lengths) - lengths

    @cached_property
    def _sorted(self) -> tuple[np.ndarray, np.ndarray]:
        """The first eight bytes of every key in ascending order, and the rows they stand in."""
        # Piece by piece, as all keys in one piece would be a copy of them.
        parts = [heads(as_digests(batch["key"])) for batch in self._batches]
        first = np.concatenate(parts) if parts else np.empty(0, dtype=np.uint64)
        order = np.argsort(first)
        return first[order], order

    def forget(self) -> None:
        """Give up what was sorted for looking up: the next look-up sorts anew."""
        self.__dict__.pop("_sorted", None)

    def has_keys_of(self, other: "Blocks") -> bool:
        """Whether the same keys stand in the same rows as in ``other``."""
        return bool(self.table["key"].equals(other.table["key"]))

    def positions(self, keys: np.ndarray) -> np.ndarray:
        """Return the row of each key uint8[n, 32] in `table`, or -1, as int64[n]."""
        found = np.full(len(keys), ABSENT, dtype=np.int64)
        if self.table.num_rows:
            for start in range(0, len(keys), _AT_ONCE):
                found[start : start + _AT_ONCE] = self._search(keys[start : start + _AT_ONCE])
        return found

    def _search(self, keys: np.ndarray) -> np.ndarray:
        first, order = self._sorted
        found = np.full(len(keys), ABSENT, dtype=np.int64)
        # Looked up in ascending order, so that one search ends near where the next begins.
        wanted = heads(keys)
        turn = np.argsort(wanted)
        wanted = wanted[turn]
        place = np.searchsorted(first, wanted)
        left = np.flatnonzero(first[np.minimum(place, len(first) - 1)] == wanted)
        while len(left):
            rows = order[place[left]]
            there, asked = self.table["key"].take(pa.array(rows)), as_keys(keys).take(pa.array(turn[left]))
            same = np.asarray(pc.equal(there, asked))
            found[turn[left[same]]] = rows[same]
            # Two keys may share their first eight bytes: look on in the next row.
            left = left[~same]
            place[left] += 1
            left = left[place[left] < len(first)]
            left = left[first[place[left]] == wanted[left]]
        return found

    def holds(self, positions: np.ndarray, column: str) -> np.ndarray:
        """Return at which of ``positions`` there is a value in a column, bool[n]: not where a position is -1."""
        there = [np.asarray(pc.is_valid(batch[column])) for batch in self._batches]
        return np.asarray(np.concatenate([*there, np.zeros(1, bool)])[positions])

    def take(self, positions: np.ndarray, columns: Sequence[str]) -> pa.Table:
        """Return ``columns`` at ``positions``, null where a position is -1."""
        # Arrow's own `take` would first copy all pieces into one.
        owners = np.searchsorted(self._starts, positions, side="right") - 1
        owners[positions == ABSENT] = 0
        order = np.argsort(owners, kind="stable")
        cuts = np.flatnonzero(np.diff(owners[order], prepend=-1))
        empty = self.table.select(list(columns)).slice(0, 0)
        if not self._batches:
            return pa.Table.from_arrays([pa.nulls(len(order), each.type) for each in empty.schema], schema=empty.schema)
        parts = []
        for some in np.split(order, cuts[1:]) if len(order) else ():
            owner = owners[some[0]]
            places = pa.array(positions[some] - self._starts[owner], mask=positions[some] == ABSENT)
            parts.append(_taken(self._batches[owner].select(list(columns)), places))
        whole = pa.Table.from_batches(parts, schema=empty.schema)
        if (order[1:] > order[:-1]).all():
            return whole
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        (joined,) = whole.combine_chunks().to_batches()
        return pa.Table.from_batches([_taken(joined, pa.array(back))])

    def append(self, table: pa.Table) -> "Blocks":
        """Write ``table`` as a further block, and return the blocks with it."""
        if table.num_rows:
            write_table(self.folder, table)
        return Blocks(self.folder)

    def without(self, keys: np.ndarray) -> "Blocks":
        """Write the blocks that hold any of ``keys`` uint8[n, 32] anew without those, and return the blocks then."""
        unwanted = as_keys(keys)
        for name, table in zip(self.names, self.tables, strict=True):
            hit = pc.is_in(table["key"], value_set=unwanted)
            if pc.any(hit).as_py():
                # The new block first: cut short in between, both are there, and nothing is lost.
                self.append(table.filter(pc.invert(hit)))
                (self.folder / name).unlink(missing_ok=True)
        return Blocks(self.folder)


def _first_key(block: tuple[str, pa.Table]) -> tuple[bytes, str]:
    """Return what a block is sorted by: its first key, and then its name."""
    name, table = block
    return (table["key"][0].as_py() if len(table) else b"", name)


def _taken(batch: pa.RecordBatch, places: pa.Array) -> pa.RecordBatch:
    """Return rows of ``batch``, null where a place is null."""
    known = not places.null_count
    columns = [
        _taken_lists(each, np.asarray(places), size) if known and (size := _even_size(each)) else each.take(places)
        for each in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _even_size(column: pa.Array) -> int:
    """Return the length of the lists of numbers in a column, where all that are there have the same; 0 otherwise."""
    if not pa.types.is_list(column.type) or not pa.types.is_primitive(column.type.value_type):
        return 0
    lengths = np.diff(np.asarray(column.offsets))
    size = int(lengths.max(initial=0))
    even = not column.values.null_count and (lengths == np.asarray(column.is_valid()) * size).all()
    return size if even else 0


def _taken_lists(column: pa.Array, places: np.ndarray, size: int) -> pa.Array:
    """Return lists of one length at ``places`` int64[n]: Arrow, which copies list by list, takes ten times as long."""
    offsets = np.asarray(column.offsets)
    there = np.asarray(column.is_valid())[places]
    rows = (offsets[places[there]] - offsets[0]) // size
    taken = np.asarray(column.values)[offsets[0] : offsets[-1]].reshape(-1, size).take(rows, axis=0)
    starts = np.cumsum(np.append(0, there * size)).astype(np.int32)
    mask = None if there.all() else pa.array(~there)
    numbers = pa.array(taken.reshape(-1), column.type.value_type)
    return pa.ListArray.from_arrays(pa.array(starts), numbers, type=column.type, mask=mask)
