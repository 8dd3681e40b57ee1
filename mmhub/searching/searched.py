"""A version that can be searched, wherever it lies: its rows with their vectors, and the bytes of its media."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT, Blocks, read_table
from mmhub.loading import blocks_of
from mmhub.searching.hit import Hit
from mmhub.store import Store
from mmhub.version import Version, find, names, numbers


class Searched(Protocol):
    """A version that can be searched."""

    @property
    def version(self) -> Version:
        """The version, with its manifest."""

    @property
    def indexes(self) -> Path:
        """The folder its indexes are kept in."""

    def in_use(self) -> AbstractContextManager[None]:
        """Keep who cleans that folder out of it."""

    def tables(self, column: str) -> Iterator[tuple[str, pa.Table]]:
        """Yield its rows in order, each table with its split: ``row_id``, texts, and the vectors of ``column``."""

    def media(self, hit: Hit, field: str, *, found_in: str) -> bytes | None:
        """Return the bytes of a field of a row that was found, None where there are none."""


@dataclass(frozen=True)
class Kept:
    """A version of the store."""

    version: Version
    store: Store

    @property
    def indexes(self) -> Path:
        """One folder for all versions that have the same files of columns."""
        files = [about["columns"] for about in self.version.manifest["splits"].values()]
        return self.store.indexes / sha256(dumps(files).encode()).hexdigest()

    def in_use(self) -> AbstractContextManager[None]:
        """Keep `mmhub gc` out of the store."""
        return self.store.in_use()

    def tables(self, column: str) -> Iterator[tuple[str, pa.Table]]:
        """Yield all columns, as their files lie, mapped into memory; media are told by their keys."""
        for split, about in self.version.manifest["splits"].items():
            for name in about["columns"]:
                yield split, read_table(self.store.objects / name)

    def media(self, hit: Hit, field: str, *, found_in: str) -> bytes | None:
        """Return the bytes of a field from the blocks of the store."""
        key = hit.value(field, found_in=found_in)
        if key is None:
            return None
        position = int(self._blocks.positions(np.frombuffer(key, np.uint8).reshape(1, 32))[0])
        return None if position == ABSENT else bytes(self._blocks.table["media"][position]["bytes"].as_buffer())

    @cached_property
    def _blocks(self) -> Blocks:
        return blocks_of(self.version, self.store)


def opened(wanted: str, store: Store) -> Searched:
    """Return the version ``name`` or ``name@1.0.0`` of the store, or ``owner/name@1.0.0`` of the Hub.

    What was published from this store, or into it, is searched there. Raises VersionError or HubError where there is
    no such version.
    """
    if "/" not in wanted:
        return Kept(find(store, wanted), store)
    from mmhub.hub.searched import published

    remote = published(wanted)
    return _kept_as(remote.version, store) or remote


def _kept_as(version: Version, store: Store) -> Kept | None:
    """Return the version of the store that a published one is, if it is there."""
    name = str(version.manifest["name"])
    if name not in names(store) or version.number not in numbers(store, name):
        return None
    kept = find(store, f"{name}@{version.number}")
    return Kept(kept, store) if kept.identity == version.identity else None
