"""What is known of URLs: of those that were had the sha256 of what came, of the others why they could not be had."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from mmhub.blocks import ABSENT, KEY, Blocks
from mmhub.downloading.keeping import held
from mmhub.operators import Media
from mmhub.recipes.downloads import Downloads
from mmhub.store import Store

_SCHEMA = pa.schema(
    [
        ("key", KEY),
        ("sha256", KEY),
        ("size", pa.int64()),
        ("file", pa.string()),
        ("offset", pa.int64()),
        ("robots", pa.string()),
        ("reason", pa.string()),
        ("message", pa.string()),
    ]
)


@dataclass(frozen=True)
class Record:
    """What became of a URL: of what came its sha256, its place and what its server says of its use; or a reason.

    ``file`` is the file of the store in which it is kept, of ``size`` bytes from ``offset`` on; empty where it is not.
    """

    sha256: bytes | None = None
    size: int = 0
    file: str = ""
    offset: int = 0
    robots: str = ""
    reason: str = ""
    message: str = ""

    def media(self, store: Store) -> Media | None:
        """Return what came, where it is in the store; None where it is not."""
        found = held(store, self.file, self.offset, self.size) if self.file else None
        return found if found and Path(found.path or "").exists() else None


class Records:
    """The records of a store, as a build with some ``options`` sees them.

    A file that was had is the same for all builds. A failure is known by the options too: others may do better.
    """

    def __init__(self, store: Store, options: Downloads) -> None:
        self.blocks = blocks(store)
        self._options = json.dumps(options.model_dump(mode="json"), sort_keys=True).encode()

    def known(self, urls: Sequence[str]) -> list[Record | None]:
        """Return what is known of each URL."""
        if not self.blocks.names:
            return [None] * len(urls)
        positions = self.blocks.positions(url_keys(urls))
        failed = self.blocks.positions(self.failure_keys(urls))
        table = self.blocks.take(np.where(positions == ABSENT, failed, positions), _SCHEMA.names[1:])
        return [Record(**row) if row["reason"] is not None else None for row in table.to_pylist()]

    def failure_keys(self, urls: Sequence[str]) -> np.ndarray:
        """Return, as uint8[n, 32], what failures to have these URLs are known by."""
        return _digests([url.encode(errors="replace") + b"\0" + self._options for url in urls])

    def add(self, found: Sequence[tuple[str, Record]]) -> None:
        """Write down what became of some URLs."""
        if not found:
            return
        urls, records = [url for url, _ in found], [record for _, record in found]
        had = np.array([record.sha256 is not None for record in records], dtype=bool)
        keys = np.where(had[:, np.newaxis], url_keys(urls), self.failure_keys(urls))
        rows = [{"key": key.tobytes(), **vars(record)} for key, record in zip(keys, records, strict=True)]
        self.blocks = self.blocks.append(pa.Table.from_pylist(rows, schema=_SCHEMA))


def blocks(store: Store) -> Blocks:
    """Return the blocks that hold the records of a store."""
    return Blocks(store.downloads / "records")


def url_keys(urls: Sequence[str]) -> np.ndarray:
    """Return the sha256 of each URL, uint8[n, 32]."""
    return _digests([url.encode(errors="replace") for url in urls])


def _digests(values: Sequence[bytes]) -> np.ndarray:
    whole = b"".join(hashlib.sha256(each).digest() for each in values)
    return np.frombuffer(whole, dtype=np.uint8, count=len(whole)).reshape(-1, 32)
