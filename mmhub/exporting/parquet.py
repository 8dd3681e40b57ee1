"""Parquet files and a card, which `datasets.load_dataset` opens with splits and features."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mmhub.errors import ExportError
from mmhub.exporting.card import card
from mmhub.exporting.rows import Rows
from mmhub.exporting.shards import Opened, numbered, write_shards
from mmhub.loading import ledger_table

_LEDGER_ROWS = 50_000


def write(rows: Rows, folder: Path) -> None:
    """Write ``data/`` with the splits, ``ledger/`` with the fate of every row, and ``README.md``."""
    from datasets import Features

    for split in rows.counts:
        if not split.replace(".", "_").isidentifier():
            raise ExportError(
                f"`datasets` can name no split {split!r} in Parquet: give it a name of letters, digits and _ "
                "in the source, or export as arrow or files"
            )
        write_shards(
            rows.batches(split), folder / "data", opened=_opened(rows.schema), named=numbered(split, ".parquet")
        )
    ledger = ledger_table(rows.version, rows.store)
    features = Features.from_arrow_schema(ledger.schema)
    schema = features.arrow_schema
    tables = (ledger.slice(start, _LEDGER_ROWS).cast(schema) for start in range(0, len(ledger), _LEDGER_ROWS))
    write_shards(tables, folder / "ledger", opened=_opened(schema), named=numbered("ledger", ".parquet"))
    manifest = json.dumps(rows.version.manifest, indent=1) + "\n"
    (folder / "mmhub.json").write_text(manifest, encoding="utf-8")
    (folder / "README.md").write_text(card(rows, features), encoding="utf-8")


def _opened(schema: pa.Schema) -> Opened:
    leaves = [leaf for field in schema for leaf in _leaves(field.name, field.type)]
    # Media are compressed already, and vectors do not repeat.
    packed = [path for path, kind in leaves if not pa.types.is_binary(kind)]
    repeating = [path for path, kind in leaves if not pa.types.is_binary(kind) and not pa.types.is_floating(kind)]

    @contextmanager
    def opened(path: Path) -> Iterator[Callable[[pa.Table], None]]:
        with pq.ParquetWriter(
            path,
            schema,
            compression={leaf: "zstd" if leaf in packed else "none" for leaf, _ in leaves},
            use_dictionary=repeating,
            write_statistics=packed,
            write_page_index=True,
        ) as writer:
            yield writer.write_table

    return opened


def _leaves(path: str, kind: pa.DataType) -> Iterable[tuple[str, pa.DataType]]:
    """Yield the path and type of each column that Parquet makes of a field."""
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _leaves(f"{path}.{field.name}", field.type)
    elif pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind):
        yield from _leaves(f"{path}.list.element", kind.value_type)
    else:
        yield path, kind
