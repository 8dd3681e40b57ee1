"""A version as its tables hold it: the ledger of all units, and the columns of those that are kept."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.assemble import is_key
from mmhub.blocks import as_digests, read_table
from mmhub.identity import digest
from mmhub.revoked import Held, Seen
from mmhub.store import Store
from mmhub.version import Version

SEGMENTED = "segmented"


@dataclass(frozen=True)
class Tables:
    """The ledger of a version, and by split the columns of what is kept, as the files hold them."""

    fields: dict[str, dict[str, Any]]
    ledger: pa.Table
    columns: dict[str, dict[str, pa.Table]]

    @classmethod
    def of(cls, version: Version, store: Store) -> "Tables":
        """Return the tables of a version, mapped into memory."""
        ledger = pa.concat_tables([read_table(store.objects / name) for name in version.manifest["ledger"]])
        splits = version.manifest["splits"].items()
        columns = {split: {name: read_table(store.objects / name) for name in of["columns"]} for split, of in splits}
        return cls(version.manifest["recipe"]["fields"], ledger, columns)

    @cached_property
    def units(self) -> pa.Table:
        """The ledger without the rows that were cut, which are no units."""
        cut = np.flatnonzero(np.asarray(pc.equal(self.ledger["fate"], SEGMENTED), dtype=bool))
        if len(cut) and cut[-1] - cut[0] == len(cut) - 1:
            # They stand together, as builds write them: the rest is taken as it lies, without a copy.
            return pa.concat_tables([self.ledger.slice(0, int(cut[0])), self.ledger.slice(int(cut[-1]) + 1)])
        return self.ledger.filter(pc.not_equal(self.ledger["fate"], SEGMENTED)) if len(cut) else self.ledger

    @cached_property
    def parents(self) -> list[str]:
        """The ids of the rows that were cut."""
        return list(self.ledger.filter(pc.equal(self.ledger["fate"], SEGMENTED))["row_id"].to_pylist())

    @cached_property
    def kept(self) -> pa.Table:
        """The columns of all splits as one table."""
        tables = [table for files in self.columns.values() for table in files.values()]
        bare = [table.replace_schema_metadata(None) for table in tables]
        return pa.concat_tables(bare) if bare else pa.table({"row_id": pa.array([], pa.string())})

    @cached_property
    def places(self) -> np.ndarray:
        """The unit of each row that is kept, int64."""
        ids = self.units["row_id"].combine_chunks()
        return np.asarray(pc.index_in(self.kept["row_id"].combine_chunks(), value_set=ids), dtype=np.int64)

    @cached_property
    def media(self) -> list[str]:
        """The names of the columns that hold keys of media."""
        return [field.name for field in self.kept.schema if is_key(field.type)]

    def seen(self) -> Seen:
        """Return what tombstones know the units by."""
        texts = {name for name, field in self.fields.items() if not _is_plain(field) and name not in self.media}
        plain = {
            name: (self.places, self.kept[name].to_pylist())
            for name, field in self.fields.items()
            if field["modality"] == "string" and not field["many"] and name in self.kept.column_names
        }
        return Seen(
            ids=self.units["row_id"].to_pylist(),
            parents=frozenset(self.parents),
            read=self.read(),
            published=self.published(),
            texts=frozenset(texts),
            plain=plain,
        )

    def read(self) -> dict[str, Held]:
        """Return, by field, the unit and the key of every value as it was read."""
        names = [name for name, field in self.fields.items() if not _is_plain(field)]
        return {
            name: _from_hex(*flat(self.units[f"{name}.sha256"]))
            for name in names
            if f"{name}.sha256" in self.units.column_names
        }

    def published(self) -> dict[str, Held]:
        """Return, by field, the unit and the key of every value that is kept."""
        found = {}
        for name, field in self.fields.items():
            if not _is_plain(field) and name in self.kept.column_names:
                rows, values = flat(self.kept[name])
                found[name] = (self.places[rows], as_digests(values) if name in self.media else _hashed(values))
        return found

    def digest(self) -> str:
        """Return the digest of the rows, as a build finds it."""
        stays = np.zeros(len(self.units), bool)
        stays[self.places] = True
        keys, stay = {}, self.published()
        for name, (units, read) in self.read().items():
            places, published = stay.get(name, (np.zeros(0, np.int64), np.zeros((0, 32), np.uint8)))
            other = ~stays[units]
            keys[name] = (np.concatenate([places, units[other]]), np.concatenate([published, read[other]]))
        plain = {
            name: (self.places, self.kept[name].combine_chunks())
            for name, field in self.fields.items()
            if _is_plain(field) and name in self.kept.column_names
        }
        ids, splits = (self.units[name].combine_chunks() for name in ("row_id", "split"))
        verdicts = pc.binary_join_element_wise(self.units["fate"], self.units["reason"], ":").combine_chunks()
        return digest(ids, splits, verdicts, keys, plain)


def flat(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """Return the row of each value of a column, int64, and the values, without those that are absent."""
    whole = column.combine_chunks()
    whole = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
    rows = np.arange(len(whole))
    if pa.types.is_list(whole.type):
        rows = np.repeat(rows, np.asarray(pc.fill_null(pc.list_value_length(whole), 0)))
        whole = whole.flatten()
    there = pc.is_valid(whole)
    return rows[np.asarray(there, dtype=bool)], whole.filter(there)


def _from_hex(rows: np.ndarray, values: pa.Array) -> Held:
    raw = bytes.fromhex("".join(values.to_pylist()))
    return rows, np.frombuffer(raw, dtype=np.uint8).reshape(-1, 32)


def _hashed(values: pa.Array) -> np.ndarray:
    raw = b"".join(hashlib.sha256(text.encode()).digest() for text in values.to_pylist())
    return np.frombuffer(raw, dtype=np.uint8).reshape(-1, 32)


def _is_plain(field: dict[str, Any]) -> bool:
    return field["modality"] in ("string", "int64", "float64", "bool")
