"""Files of a bounded size, numbered, whose names are settled when it is known how many there are."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pyarrow as pa

SHARD_BYTES = 500 << 20
Opened = Callable[[Path], AbstractContextManager[Callable[[pa.Table], None]]]
"""Opens a file, and gives what puts a table into it."""


def write_shards(
    tables: Iterable[pa.Table], folder: Path, *, opened: Opened, named: Callable[[int, int], str]
) -> list[str]:
    """Write ``tables`` into files of ``folder``, and return their names: ``named(number, how many there are)``."""
    folder.mkdir(parents=True, exist_ok=True)
    drafts: list[Path] = []
    with ExitStack() as stack:
        size = SHARD_BYTES
        for table in tables:
            if size >= SHARD_BYTES:
                stack.close()
                drafts.append(folder / f".{len(drafts)}.draft")
                put, size = stack.enter_context(opened(drafts[-1])), 0
            put(table)
            size += table.nbytes
    names = [named(number, len(drafts)) for number in range(len(drafts))]
    for draft, name in zip(drafts, names, strict=True):
        draft.rename(folder / name)
    return names


def numbered(stem: str, suffix: str) -> Callable[[int, int], str]:
    """Return how `datasets` numbers files: ``train-00000-of-00002.parquet``."""
    return lambda number, count: f"{stem}-{number:05d}-of-{count:05d}{suffix}"
