"""The media of a version: bytes as the store keeps them, or as the source still has them."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmhub.blocks import ABSENT, Blocks, read_table
from mmhub.loading import blocks_of
from mmhub.media import suffix
from mmhub.pages.opened import Opened
from mmhub.tombstones import REVOKED
from mmhub.units import located

_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
    ".tif": "image/tiff",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".avi": "video/x-msvideo",
    ".mkv": "video/x-matroska",
    ".mp4": "video/mp4",
}
"""What a browser is told of bytes that begin as such files do: never a kind that runs scripts."""
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, order=True)
class Ref:
    """One medium of a version: its unit, its field, its place in a list, and whether as it was before repairs."""

    unit: int
    field: str
    place: int = 0
    before: bool = False

    def __str__(self) -> str:
        return f"{self.unit}/{self.place}/{'read' if self.before else 'kept'}/{self.field}"

    @classmethod
    def parse(cls, text: str) -> "Ref | None":
        """Return what a text such as ``17/0/kept/image`` names, or None for any other."""
        unit, _, rest = text.partition("/")
        place, _, rest = rest.partition("/")
        side, _, name = rest.partition("/")
        digits = all(each.isascii() and each.isdigit() and len(each) < 12 for each in (unit, place))
        known = digits and side in ("read", "kept") and bool(name)
        return cls(int(unit), name, int(place), side == "read") if known else None


@dataclass(frozen=True)
class Originals:
    """The bytes of media, found by unit and field alone: nobody who looks at a page can name a path.

    Bytes that are not in the store come from the file the source index names, and only where they still have the
    sha256 that the ledger holds.
    """

    opened: Opened
    public: bool = False
    """Whether only media are meant that the version publishes."""

    def find(self, ref: Ref) -> memoryview | None:
        """Return the bytes of a medium, None where it is not there any more; what was revoked is not looked for."""
        if ref.unit >= len(self.opened.units) or ref.field not in self.opened.fields:
            return None
        key = self._key(ref)
        if key is None:
            return None
        return self._stored(key) or self._read(key)

    def references(self, unit: int, row: dict[str, Any], kept: dict[str, Any] | None) -> list[Ref]:
        """Return the media of a row of the ledger that are not known to be undecodable."""
        if row["reason"] == REVOKED or (self.public and kept is None):
            return []
        found = []
        for name in self.media_fields:
            if row["fate"] == "quarantined" and row["field"] == name:
                continue
            read = _listed(row.get(f"{name}.sha256"))
            stays = [None if each is None else each.hex() for each in _listed(kept.get(name))] if kept else []
            for place, digest in enumerate(stays or read):
                if digest is not None:
                    found.append(Ref(unit, name, place))
                    if stays and not self.public and len(read) == len(stays) and read[place] not in (None, digest):
                        found.append(Ref(unit, name, place, before=True))
        return found

    @cached_property
    def media_fields(self) -> list[str]:
        """The fields that hold media."""
        return [name for name, kind in self.opened.kinds.items() if kind not in ("text", "plain")]

    def _key(self, ref: Ref) -> bytes | None:
        """Return the sha256 of a medium: of what is kept, or else of what was read."""
        row = self.opened.ledger_rows(np.array([ref.unit]))[0]
        kept = None if ref.before else self.opened.kept_rows(np.array([ref.unit]), self.opened.tables.media)[0]
        if row["reason"] == REVOKED:
            return None
        keys = _listed(kept.get(ref.field)) if kept else _listed(row.get(f"{ref.field}.sha256"))
        key = keys[ref.place] if ref.place < len(keys) else None
        return bytes.fromhex(key) if isinstance(key, str) else key

    @cached_property
    def _blocks(self) -> Blocks:
        return blocks_of(self.opened.version, self.opened.store)

    def _stored(self, key: bytes) -> memoryview | None:
        position = int(self._blocks.positions(np.frombuffer(key, np.uint8).reshape(1, 32))[0])
        if position == ABSENT:
            return None
        # The buffer lies in the mapped file: a range of a long film is read as it is asked for.
        return memoryview(self._blocks.table["media"][position]["bytes"].as_buffer())

    @cached_property
    def _indexes(self) -> list[pa.Table]:
        use = self.opened.version.manifest["source"]["use"]
        return [read_table(path) for path in sorted(self.opened.store.sources.glob(f"{use}-*.stamps"))]

    def _read(self, key: bytes) -> memoryview | None:
        for table in self._indexes:
            for place in table.filter(pc.equal(table["key"], pa.scalar(key, table["key"].type)))["path"].to_pylist():
                try:
                    data = located(place).read()
                except (OSError, EOFError):
                    continue
                if hashlib.sha256(data).digest() == key:
                    return memoryview(data)
        return None


def media_type(data: memoryview) -> str:
    """Return the media type of bytes, told by how they begin."""
    head = bytes(data[:16])
    return _TYPES.get(suffix(head), _UNKNOWN)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
