"""Downloads taken out of the store: their bytes, and the records of the URLs behind which they were."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.blocks import Blocks, as_keys
from mmhub.downloading.keeping import Keeper, files_of, held
from mmhub.downloading.receiving import Received
from mmhub.downloading.records import blocks
from mmhub.store import Store, remove


def count(store: Store, sha256s: np.ndarray) -> int:
    """Return behind how many URLs files were that have one of the digests uint8[n, 32]."""
    return len(_hit(blocks(store), sha256s))


def forget(store: Store, sha256s: np.ndarray) -> None:
    """Remove the files that have one of the digests uint8[n, 32], and what is known of their URLs.

    Nobody else may use the store. Files that lie together with one of them move to another place. Cut short, some have
    to be downloaded again; the same again removes what is left.
    """
    known = blocks(store)
    rows = _hit(known, sha256s)
    files = sorted({row["file"] for row in rows if row["file"]})
    gone = {row["key"] for row in rows}
    table = known.table.filter(pc.is_in(known.table["file"], value_set=pa.array(files, pa.string()))) if files else None
    stay = [row for row in table.to_pylist() if row["key"] not in gone] if table is not None else []
    moved = _moved(stay, store)
    keys = b"".join([*gone, *(row["key"] for row in stay)])
    if keys:
        known = known.without(np.frombuffer(keys, dtype=np.uint8).reshape(-1, 32))
        known.append(pa.Table.from_pylist(moved, schema=table.schema if table is not None else None))
    remove(_unnamed(store))


def _hit(known: Blocks, sha256s: np.ndarray) -> list[dict[str, Any]]:
    if not known.names:
        return []
    return list(known.table.filter(pc.is_in(known.table["sha256"], value_set=as_keys(sha256s))).to_pylist())


def _unnamed(store: Store) -> list[Path]:
    """Return the files that no record names."""
    known = blocks(store)
    named = set(pc.unique(known.table["file"]).to_pylist()) if known.names else set()
    return [path for path in files_of(store).glob("*") if path.name not in named]


def _moved(rows: Sequence[dict[str, Any]], store: Store) -> list[dict[str, Any]]:
    """Return the rows of records whose bytes have been copied to another file."""
    keeper, moved = Keeper(store), []
    for row in rows:
        data = held(store, row["file"], row["offset"], row["size"]).read()
        file, offset = keeper.keep(Received(row["sha256"], row["size"], data))
        moved.append({**row, "file": file, "offset": offset})
    keeper.seal()
    return moved
