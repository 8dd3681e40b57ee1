"""A purge carried out: what it is about leaves the store, and no version that held it can be had any more."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.blocks import ABSENT, Blocks, as_keys, read_table, write_batches
from mmhub.collecting import garbage
from mmhub.downloading import forgetting
from mmhub.store import Store, placed, remove
from mmhub.takedown.purging import Holder, Purge
from mmhub.takedown.rewriting import erased, rewritten
from mmhub.tombstones import bury
from mmhub.version import Version, find, names, numbers, rewrite, withdraw

_COPIES = (".arrow", ".tar")
"""How the files are called into which sources copy datasets of the Hub, packed tables and shards."""


@dataclass(frozen=True)
class Amounts:
    """What goes in a purge, counted: rows, media files and facts by value, entries of sources; and versions."""

    rows: int
    repeating: int
    media: int
    facts: int
    sources: int
    withdrawn: list[str]
    followed: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Return the amounts as plain data."""
        return dict(vars(self))


def amounts(asked: Purge, store: Store) -> Amounts:
    """Return what would go, exactly."""
    facts = sum(_held(Blocks(folder), asked.keys) for folder in _fact_folders(store))
    sources = sum(int(np.sum(_named(read_table(path)["key"], asked.keys))) for path in _indexes(store))
    return Amounts(
        rows=asked.rows,
        repeating=sum(int(each.repeating.sum()) for each in asked.holders if each.newest),
        media=_held(Blocks(store.media), asked.keys),
        facts=facts,
        sources=sources + len(list(_made(store, asked.keys))) + forgetting.count(store, asked.keys),
        withdrawn=[str(each.version) for each in asked.holders],
        followed=[each.version.name for each in asked.holders if each.newest],
    )


def erase(asked: Purge, store: Store, *, reason: str, date: str) -> list[Version]:
    """Carry out a purge in a store that is held alone; return the versions that take the place of newest ones.

    What is cut short is gone on with by the same purge: tombstones come first, and manifests are withdrawn last, those
    of the dataset that was asked about after all others.
    """
    for name, stones in asked.stones.items():
        bury(store, name, stones)
    made = [_followed(each, store, reason) for each in asked.holders if each.newest]
    for folder in _fact_folders(store):
        Blocks(folder).without(asked.keys)
    _erase_media(store, asked.keys)
    _erase_sources(store, asked.keys)
    # By its versions alone is known what the ids mean.
    for each in sorted(asked.holders, key=lambda each: each.version.name == asked.name):
        withdraw(store, each.version, date=date, reason=reason)
    left = garbage(store, facts=False)
    remove([*left.paths["columns"], *left.paths["indexes"], *left.paths["leftovers"]])
    return [find(store, str(each)) for each in made]


def _followed(holder: Holder, store: Store, reason: str) -> Version:
    change = {"kind": "purge", "rows": int(holder.gone.sum()), "reason": reason}
    ledger = erased(holder.tables, holder.gone, holder.repeating)
    return rewritten(holder.version, holder.tables, ledger, store, change)


def _erase_media(store: Store, keys: np.ndarray) -> None:
    """Write blocks of media anew without some files, and the manifests that name the blocks; then remove the old."""
    blocks = Blocks(store.media)
    moved: dict[str, str | None] = {}
    for name, table in zip(blocks.names, blocks.tables, strict=True):
        hit = _named(table["key"], keys)
        if hit.any():
            moved[name] = None if hit.all() else write_batches(store.media, table.schema, _rest(table, keys))
    if moved:
        for name in names(store):
            for number in numbers(store, name):
                version = find(store, f"{name}@{number}")
                if moved.keys() & set(version.manifest["media"]):
                    rewrite(store, version, moved)
    remove(store.media / name for name in moved)


def _rest(table: pa.Table, keys: np.ndarray) -> Iterator[pa.RecordBatch]:
    for batch in table.to_batches():
        part = batch.filter(pa.array(~_named(batch["key"], keys)))
        if len(part):
            yield part


def _erase_sources(store: Store, keys: np.ndarray) -> None:
    for path in _indexes(store):
        table = read_table(path)
        hit = _named(table["key"], keys)
        if hit.any():
            rest = table.filter(pa.array(~hit))
            with (
                placed(path) as draft,
                pa.OSFile(str(draft), "wb") as sink,
                pa.ipc.new_stream(sink, rest.schema) as new,
            ):
                new.write_table(rest)
    remove(_made(store, keys))
    forgetting.forget(store, keys)


def _made(store: Store, keys: np.ndarray) -> Iterator[Path]:
    """Yield the files of generated sources that have one of the contents, and all copies of what lies elsewhere.

    What a copy holds cannot be taken out of it; it is made again where a build needs it.
    """
    wanted = {key.tobytes() for key in keys}
    for folder in sorted(path for path in store.sources.glob("*") if path.is_dir()):
        if any(each.suffix in _COPIES for each in folder.iterdir()):
            yield folder
            continue
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").digest() in wanted:
                    yield path


def _fact_folders(store: Store) -> Iterable[Path]:
    return sorted(path for path in store.facts.glob("*") if path.is_dir() and not path.name.startswith("."))


def _indexes(store: Store) -> Iterable[Path]:
    return sorted(store.sources.glob("*.stamps"))


def _held(blocks: Blocks, keys: np.ndarray) -> int:
    return int(np.sum(blocks.positions(keys) != ABSENT)) if blocks.names and len(keys) else 0


def _named(column: pa.Array | pa.ChunkedArray, keys: np.ndarray) -> np.ndarray:
    return np.asarray(pc.is_in(column, value_set=as_keys(keys)), dtype=bool)
