"""The files of a published version, one after another: data, ledger, evidence, card, and the manifest last."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from mmhub.errors import ExportError
from mmhub.exporting.card import Published, card
from mmhub.exporting.cuts import GROUP, SHARD, groups, shards
from mmhub.exporting.evidence import evidence
from mmhub.exporting.rows import Rows
from mmhub.exporting.sizes import Sizes
from mmhub.exporting.writing import write_parquet
from mmhub.loading import ledger_table

if TYPE_CHECKING:
    from datasets import Features

MANIFEST = "mmhub.json"
PAGE = "report.html"
_LEDGER_ROWS = 8192


@dataclass(frozen=True)
class Written:
    """A file of a published version: its name in the repository, where it is now, its sha256, and its bytes."""

    name: str
    path: Path
    sha256: str
    bytes: int


def files(rows: Rows, folder: Path, published: Published) -> Iterator[Written]:
    """Write the files of a version into ``folder``, and yield each when it is complete.

    A file may be removed before the next is asked for: what the last ones say of it is remembered. Names do not
    depend on how many files there are, and equal rows give equal bytes. Raises ExportError for the name of a split
    that `datasets` does not take.
    """
    _check_splits(rows)
    done: list[Written] = []
    sizes = Sizes()
    for written in _tables(rows, folder, sizes):
        done.append(written)
        yield written
    ledger = ledger_table(rows.version, rows.store)
    pictures = evidence(rows.version, ledger)
    texts = {f"evidence/{name}.svg": picture.svg for name, picture in pictures.items()}
    texts[PAGE] = _page(rows)
    texts["README.md"] = card(rows, _ledger_features(ledger), sizes, published, pictures)
    for name, text in texts.items():
        done.append(_text(folder, name, text))
        yield done[-1]
    yield _text(folder, MANIFEST, manifest(rows, done))


def _page(rows: Rows) -> str:
    """Return the page of a version as anyone may see it."""
    # Pages tell licences and the funnel as cards do, and import this package.
    from mmhub.pages.opened import Opened
    from mmhub.pages.standalone import standalone

    return standalone(Opened(rows.version, rows.store), public=True)


def manifest(rows: Rows, done: Iterable[Written]) -> str:
    """Return the manifest of a published version: that of the store, with the files of the repository."""
    listed = {each.name: {"sha256": each.sha256, "bytes": each.bytes} for each in done}
    return json.dumps({**rows.version.manifest, "files": listed}, indent=1) + "\n"


def _tables(rows: Rows, folder: Path, sizes: Sizes) -> Iterator[Written]:
    """Write and yield the Parquet files, and take note of their sizes."""
    for split in rows.counts:
        yield from _parquet(rows.batches(split), rows.schema, folder, f"data/{split}", sizes.of("default", split))
    ledger = ledger_table(rows.version, rows.store)
    schema = _ledger_features(ledger).arrow_schema
    parts = (ledger.slice(start, _LEDGER_ROWS).cast(schema) for start in range(0, len(ledger), _LEDGER_ROWS))
    yield from _parquet(parts, schema, folder, "ledger/ledger", sizes.of("ledger", "train"))


def _parquet(
    tables: Iterable[pa.Table], schema: pa.Schema, folder: Path, stem: str, sizes: "dict[str, int]"
) -> Iterator[Written]:
    for number, shard in enumerate(shards(groups(tables, GROUP), SHARD)):
        name = f"{stem}-{number:05d}.parquet"
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows, size = write_parquet(shard, schema, path)
        written = _written(name, path)
        for key, amount in (("rows", rows), ("arrow", size), ("parquet", written.bytes)):
            sizes[key] += amount
        yield written


def _text(folder: Path, name: str, text: str) -> Written:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return _written(name, path)


def _written(name: str, path: Path) -> Written:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(name, path, digest, path.stat().st_size)


def _ledger_features(ledger: pa.Table) -> "Features":
    from datasets import Features

    return Features.from_arrow_schema(ledger.schema)


def _check_splits(rows: Rows) -> None:
    for split in rows.counts:
        if not split.replace(".", "_").isidentifier():
            raise ExportError(
                f"`datasets` can name no split {split!r} in Parquet: give it a name of letters, digits and _ "
                "in the source, or export as arrow or files"
            )
