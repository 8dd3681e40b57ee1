"""Whether the files of a version are what they were when it was made."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.assemble import is_key
from mmhub.blocks import as_keys, read_table
from mmhub.errors import StoreError
from mmhub.identity import identity
from mmhub.store import Store
from mmhub.tables import flat
from mmhub.version import Version

Progress = Callable[[int, int], None]
"""Told how many bytes have been read, and of how many."""
_CHUNK = 1 << 22


@dataclass(frozen=True)
class Damage:
    """What is wrong with a file of a version: ``missing``, ``changed`` or ``contradicts``; ``rows`` are those it costs.

    A file that cannot be told row by row names none.
    """

    file: str
    problem: str
    says: str
    rows: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Verified:
    """How the files of a version are: how many were read, with how many bytes, and what is wrong with any."""

    version: str
    files: int
    bytes: int
    damages: list[Damage]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.damages

    def as_dict(self) -> dict[str, Any]:
        """Return this as plain data."""
        return {**vars(self), "sound": self.sound, "damages": [dict(vars(each)) for each in self.damages]}


def verify(version: Version, store: Store, *, progress: Progress = lambda done, total: None) -> Verified:
    """Read every file of a version and return how they are, media file by file against their own sha256."""
    listed = _listed(version, store)
    total = sum(listed.values())
    damages = _manifest(version)
    done = 0
    for name in listed:
        damages += _checked(version, store, name)
        done += listed[name]
        progress(done, total)
    return Verified(str(version), len(listed), total, damages)


def _listed(version: Version, store: Store) -> dict[str, int]:
    """Return the files of a version with the bytes each has now."""
    paths = {name: store.root / name for name in version.files}
    return {name: path.stat().st_size if path.exists() else 0 for name, path in paths.items()}


def _manifest(version: Version) -> list[Damage]:
    schema, recipe, rows = (version.manifest[key] for key in ("schema", "recipe", "rows"))
    if identity(schema, recipe, rows, version.manifest.get("calibrations")) == version.identity:
        return []
    name = f"versions/{version.name}/{version.number}.json"
    return [Damage(name, "changed", "schema, recipe and rows are not those of the identity")]


def _checked(version: Version, store: Store, name: str) -> list[Damage]:
    path = store.root / name
    expected = version.manifest.get("files", {}).get(name, {}).get("sha256", path.stem)
    if not path.exists():
        return [Damage(name, "missing", "the file is not there", _rows(version, store, name, None))]
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            whole.update(chunk)
    wrong = _wrong_media(store, name) if name.startswith("media/") else np.empty((0, 32), np.uint8)
    if whole.hexdigest() != expected:
        rows = _rows(version, store, name, wrong) if name.startswith("media/") else []
        return [Damage(name, "changed", f"its sha256 is {whole.hexdigest()[:12]}…, not {expected[:12]}…", rows)]
    if wrong is None or len(wrong):
        return [Damage(name, "contradicts", "media are not what their keys say", _rows(version, store, name, wrong))]
    return []


def _wrong_media(store: Store, name: str) -> np.ndarray | None:
    """Return the keys uint8[n, 32] of media in a block that do not have that sha256; None where it cannot be read."""
    wrong = []
    try:
        for batch in read_table(store.root / name).to_batches():
            batch.validate(full=True)
            data = batch["media"].field("bytes")
            for key, value in zip(batch["key"].to_pylist(), data, strict=True):
                if hashlib.sha256(value.as_buffer()).digest() != key:
                    wrong.append(key)
    except (StoreError, pa.ArrowInvalid, OSError, KeyError):
        return None
    return np.frombuffer(b"".join(wrong), dtype=np.uint8).reshape(-1, 32)


def _rows(version: Version, store: Store, name: str, wrong: np.ndarray | None) -> list[str]:
    """Return the ids of the rows that need a file: by the keys that are ``wrong``, or by all that no other file has."""
    if not name.startswith("media/"):
        return []
    others = None if wrong is not None else _others(version, store, name)
    found: set[str] = set()
    for split in version.manifest["splits"].values():
        for file in split["columns"]:
            try:
                table = read_table(store.objects / file)
            except StoreError:
                continue
            for column in (each for each in table.schema if is_key(each.type)):
                rows, keys = flat(table[column.name])
                hit = (
                    pc.is_in(keys, value_set=as_keys(wrong))
                    if wrong is not None
                    else pc.invert(pc.is_in(keys, value_set=others))
                )
                found.update(table["row_id"].take(pa.array(rows[np.asarray(hit, dtype=bool)])).to_pylist())
    return sorted(found)


def _others(version: Version, store: Store, name: str) -> pa.Array:
    """Return the keys of the media in all other blocks of a version."""
    found = [pa.array([], pa.binary(32))]
    for each in version.manifest["media"]:
        if f"media/{each}" != name and (store.media / each).exists():
            try:
                found += read_table(store.media / each)["key"].chunks
            except StoreError:
                continue
    return pa.concat_arrays(found)
