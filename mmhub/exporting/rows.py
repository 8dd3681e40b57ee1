"""The rows of a version with their media in place, a batch at a time."""

import json
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.assemble import is_key
from mmhub.blocks import ABSENT, read_table
from mmhub.loading import blocks_of, positions_of
from mmhub.media import MEDIA
from mmhub.store import Store
from mmhub.version import Version

if TYPE_CHECKING:
    from datasets import Features

Progress = Callable[[int, int], None]
_BATCH_BYTES = 64 << 20
_BATCH_ROWS = 8192


class Rows:
    """The rows of a version; media are read from the store as batches are asked for, and never all held."""

    def __init__(self, version: Version, store: Store, progress: Progress) -> None:
        self.version, self.store = version, store
        self._progress = progress
        self._blocks = blocks_of(version, store)
        self._done = 0

    @property
    def counts(self) -> dict[str, int]:
        """The number of rows of each split."""
        return {split: int(about["rows"]) for split, about in self.version.manifest["splits"].items()}

    @cached_property
    def features(self) -> "Features":
        """The columns as `datasets` knows them."""
        from datasets import Features

        return Features.from_dict(self.version.manifest["schema"])

    @cached_property
    def media(self) -> list[str]:
        """The columns that hold media, or lists of them."""
        return [field.name for field in self._stored if is_key(field.type)]

    @cached_property
    def vectors(self) -> list[str]:
        """The columns that hold embeddings."""
        return [field.name for field in self._stored if field.metadata]

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of every batch; an embedding says of itself which model made it, and how."""
        whole = self.features.arrow_schema
        for place, field in enumerate(whole):
            metadata = self._stored.field(field.name).metadata
            whole = whole.set(place, field.with_metadata(metadata)) if metadata else whole
        return whole

    def batches(self, split: str) -> Iterator[pa.Table]:
        """Yield the rows of a split in order, some at a time."""
        for name in self.version.manifest["splits"][split]["columns"]:
            table = read_table(self.store.objects / name)
            for start, end in _runs(self._sizes(table)):
                yield self._filled(table.slice(start, end - start))
                self._done += end - start
                self._progress(self._done, sum(self.counts.values()))

    @cached_property
    def _stored(self) -> pa.Schema:
        """The columns as the store holds them, media by their keys."""
        first = next(iter(self.version.manifest["splits"].values()))["columns"][0]
        return read_table(self.store.objects / first).schema

    @cached_property
    def _chunks(self) -> list[pa.Array]:
        return list(self._blocks.table["media"].chunks) if self._blocks.names else []

    @cached_property
    def _starts(self) -> np.ndarray:
        """The place of the first value of each chunk of media."""
        return np.cumsum([0, *map(len, self._chunks)])

    @cached_property
    def _lengths(self) -> np.ndarray:
        """The number of bytes of every value the blocks hold."""
        return np.concatenate(
            [np.zeros(0, np.int64), *(np.asarray(pc.binary_length(each.field("bytes"))) for each in self._chunks)]
        )

    def _sizes(self, table: pa.Table) -> np.ndarray:
        """Return the bytes of the media of each row, int64."""
        sizes = np.zeros(len(table), np.int64)
        for name in self.media:
            keys = table[name].combine_chunks()
            flat, rows = keys, np.arange(len(keys))
            if pa.types.is_list(keys.type):
                flat, rows = pc.list_flatten(keys), np.asarray(pc.list_parent_indices(keys))
            positions = positions_of(flat, self._blocks)
            there = positions != ABSENT
            np.add.at(sizes, rows[there], self._lengths[positions[there]])
        return sizes

    def _filled(self, table: pa.Table) -> pa.Table:
        """Return a table with media in the place of their keys."""
        columns = [self._column(table[name]) if name in self.media else table[name] for name in self.schema.names]
        return pa.table(columns, names=self.schema.names).cast(self.schema)

    def _column(self, keys: pa.ChunkedArray) -> pa.Array:
        whole = keys.combine_chunks()
        if not pa.types.is_list(whole.type):
            return self._at(positions_of(whole, self._blocks))
        lengths = np.asarray(pc.fill_null(pc.list_value_length(whole), 0))
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
        values = self._at(positions_of(pc.list_flatten(whole), self._blocks))
        return pa.ListArray.from_arrays(offsets, values, mask=whole.is_null())

    def _at(self, positions: np.ndarray) -> pa.Array:
        """Return the media at ``positions``, null for one that is absent."""
        owners = np.searchsorted(self._starts, positions, side="right") - 1
        # One slice per value: `take` would first join chunks, which overflows beyond 2 GiB.
        parts = [
            pa.nulls(1, MEDIA) if place == ABSENT else self._chunks[owner].slice(place - self._starts[owner], 1)
            for place, owner in zip(positions.tolist(), owners.tolist(), strict=True)
        ]
        return pa.concat_arrays(parts) if parts else pa.array([], MEDIA)


def _runs(sizes: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield where runs of rows begin and end, each of at most so many rows and bytes, or of a single row."""
    cuts, weight = [0], 0
    for place, size in enumerate(sizes.tolist()):
        if place > cuts[-1] and (weight + size > _BATCH_BYTES or place - cuts[-1] >= _BATCH_ROWS):
            cuts.append(place)
            weight = 0
        weight += size
    return pairwise([*cuts, len(sizes)])


def about_vectors(rows: Rows) -> dict[str, dict[str, object]]:
    """Return, by column, what each embedding says of itself."""
    return {name: json.loads(rows.schema.field(name).metadata[b"mmhub"]) for name in rows.vectors}
